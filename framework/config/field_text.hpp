// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// As a person writes it: "1", not "1.0".
std::string plain(double number);
std::string plain(std::int64_t number);

/// "at least 1", "greater than 0 and at most 1", "between 0 and 1"; "" if anything goes.
std::string range_text(const FieldSpec& spec);

}  // namespace glia::config
