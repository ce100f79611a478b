// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace glia {

/// What somebody else's code says, fit for a terminal and a log: control characters but line feeds
/// and tabs are written out (\x1b), and of a text longer than `most` bytes the start is kept, with how
/// many there were. [thread-safe]
GLIA_API std::string plain_text(std::string_view text, std::size_t most = std::size_t{1} << 14);

}  // namespace glia
