// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// The shortest decimal that reads back as the same number; "" for NaN and infinity.
GLIA_API std::string shortest(double value);

/// With so many digits after the point; "n/a" for NaN and infinity.
GLIA_API std::string rounded(double value, int digits);

/// A field of a CSV file, in quotes where RFC 4180 asks for them.
GLIA_API std::string csv_field(const std::string& text);

/// Valid UTF-8 on one line: control characters become spaces, broken bytes U+FFFD.
GLIA_API std::string one_line(const std::string& text);

/// Characters (code points), not bytes, of valid UTF-8.
GLIA_API std::size_t width(std::string_view text);

/// At most `limit` characters of valid UTF-8, with "..." for a left-out middle.
GLIA_API std::string shortened(const std::string& text, std::size_t limit);

/// Lines of columns: the first `left` of them aligned to the left, numbers after them to the right.
GLIA_API std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t left);

/// "3.2 GiB", "12 MiB", "800 bytes".
GLIA_API std::string bytes_text(std::uint64_t bytes);

}  // namespace glia
