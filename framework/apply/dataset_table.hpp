// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace glia::apply {

/// A data set's table, as TOML on one line: INPUT itself ("{ plugin = ... }"), or what stands in a
/// .toml file, as [dataset.ID] or at the top. Nothing if INPUT is something else; Error (usage) for
/// a file that describes no data set, or several.
std::optional<std::string> dataset_table(const std::string& input);

}  // namespace glia::apply
