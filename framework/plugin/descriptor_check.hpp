// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace glia::plugin {

/// Whether an id or a parameter's name is made of lower-case letters, digits and underscores, and
/// starts with a letter.
bool is_identifier(std::string_view text);

/// Why a field would refuse this value ("-1 is below 0"), or "".
std::string value_problem(const FieldSpec& field, const Value& value);

/// Everything that is wrong with what one library offers, one sentence each: ids, makers,
/// parameter names, defaults. Checks nothing against other libraries.
std::vector<std::string> descriptor_problems(const std::vector<Descriptor>& all);

}  // namespace glia::plugin
