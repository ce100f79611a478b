// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"
#include "config/host_tables.hpp"

#include <string>
#include <vector>

namespace glia::config {

/// The plugin, or nullptr after reporting that there is none, or that one of its fields has the
/// name of a key that the host reads in the same table.
const CatalogEntry* find_plugin(const HostTable& host, const std::string& id, const Source& source,
                                Reading& reading);

/// Reads the plugin's fields of `table`, checks its rules over several fields, and refuses keys
/// that neither host nor plugin knows.
PluginUse read_plugin(const HostTable& host, const Table& table, const Member& name,
                      Reading& reading, const Item* fallback = nullptr);

/// "wave layer 'slide'".
std::string name_of(const Descriptor& plugin);

}  // namespace glia::config
