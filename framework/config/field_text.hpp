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

/// Its choices, or its range: "sgd, adam"; "at least 1"; "".
std::string legal_text(const FieldSpec& spec);

/// Text within a cell of a table of Markdown; "-" for none.
std::string markdown_cell(const std::string& text);

}  // namespace glia::config
