// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/table_columns.hpp>

#include <string>

namespace glia::train {

/// Samples of other columns, or of the same in another order, are other samples: Error (data), where
/// `who` says what had those of before ("the run was trained"). Tables without names are taken as
/// they stand, and what is no table has none.
void require_same_columns(const std::string& id, const Dataset& now, const TableColumns& trained,
                          const std::string& who);

}  // namespace glia::train
