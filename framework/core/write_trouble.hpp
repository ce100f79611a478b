// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/error.hpp>
#include <glia/sdk/export.hpp>

#include <filesystem>
#include <string>
#include <system_error>

namespace glia {

/// What to do where a file could not be written for this reason (errno): a full disk, a limit, a name
/// that is too long. "" for others.
GLIA_API std::string write_remedy(int reason);

/// Error of this code: the folder cannot be made for such a reason; `otherwise` is what to do where
/// the reason asks for nothing else.
[[noreturn]] GLIA_API void refuse_folder(ErrorCode code, const std::filesystem::path& folder,
                                         const std::error_code& reason,
                                         const std::string& otherwise);

}  // namespace glia
