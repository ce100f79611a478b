// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <utility>

namespace glia {

enum class LogLevel { debug, info, warn, error };

/// The program's log. Goes to stderr (warnings and worse; everything with --verbose) and, once a
/// run has a folder, in full to its log.txt. spdlog writes it, in log.cpp alone: its headers are
/// heavy. [thread-safe]
class GLIA_API Log {
 public:
  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) {
    write(LogLevel::debug, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) {
    write(LogLevel::info, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void warn(fmt::format_string<Args...> text, Args&&... args) {
    write(LogLevel::warn, text, fmt::make_format_args(args...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) {
    write(LogLevel::error, text, fmt::make_format_args(args...));
  }
  void flush();

 private:
  static void write(LogLevel level, fmt::string_view text, fmt::format_args args);
};

GLIA_API Log& log();

/// Least level shown on stderr.
GLIA_API void set_terminal_log_level(LogLevel level);

/// Also writes everything to `file` from now on, flushed line by line. Error (io) if that cannot be.
GLIA_API void log_to_file(const std::filesystem::path& file);

}  // namespace glia
