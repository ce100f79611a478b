// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace glia {

/// Place of the first byte that is no part of UTF-8 text; nothing where all are. [thread-safe]
GLIA_API std::optional<std::size_t> not_utf8(std::string_view text);

}  // namespace glia
