// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <spdlog/logger.h>

#include <filesystem>

namespace glia {

/// The program's log. Goes to stderr (warnings and worse; everything with --verbose) and, once a
/// run has a folder, in full to its log.txt. [thread-safe]
GLIA_API spdlog::logger& log();

/// Least level shown on stderr.
GLIA_API void set_terminal_log_level(spdlog::level::level_enum level);

/// Also writes everything to `file` from now on, flushed line by line.
GLIA_API void log_to_file(const std::filesystem::path& file);

}  // namespace glia
