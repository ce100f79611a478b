// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <functional>
#include <string_view>

namespace glia {

/// Calls use(bytes) for a regular file from its start to its end, as it is then: it may grow or shrink
/// on the way. Error (io) if there is none, or it cannot be read; what `use` throws ends it.
GLIA_API void each_piece(const std::filesystem::path& path,
                         const std::function<void(std::string_view)>& use);

}  // namespace glia
