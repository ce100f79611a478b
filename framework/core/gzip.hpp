// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <functional>
#include <string_view>

namespace glia {

/// Passes the unpacked bytes of a gzip file to `sink`, piece by piece. Error (data) when the file
/// is damaged or ends too early, (io) when it cannot be read.
GLIA_API void gunzip(const std::filesystem::path& path,
                     const std::function<void(std::string_view)>& sink);

}  // namespace glia
