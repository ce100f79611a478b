// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// The shortest decimal that reads back as the same number; "" for NaN and infinity.
std::string shortest(double value);

/// With so many digits after the point; "n/a" for NaN and infinity.
std::string rounded(double value, int digits);

/// A field of a CSV file, in quotes where RFC 4180 asks for them.
std::string csv_field(const std::string& text);

/// Valid UTF-8 on one line: control characters become spaces, broken bytes U+FFFD.
std::string one_line(const std::string& text);

/// Characters (code points), not bytes, of valid UTF-8.
std::size_t width(std::string_view text);

/// At most `limit` characters of valid UTF-8, with "..." for a left-out middle.
std::string shortened(const std::string& text, std::size_t limit);

/// Lines of columns: the first `left` of them aligned to the left, numbers after them to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t left);

}  // namespace glia
