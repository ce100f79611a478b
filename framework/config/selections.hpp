// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"
#include "config/host_tables.hpp"

namespace glia::config {

/// Reads a table of the host in which things are chosen by name (`HostTable::selections`): its own
/// fields, and those that the chosen things declare. Refuses keys that neither has, saying whose
/// they are if another choice has them, and values that break a rule.
struct SelectedValues {
  FieldValues own;      ///< of the table's fields
  ValueMap settings{};  ///< of what was chosen
};
SelectedValues read_selected(const HostTable& host, const Table& table, Reading& reading);

}  // namespace glia::config
