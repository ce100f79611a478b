// SPDX-License-Identifier: MIT
#include "core/log.hpp"

#include <glia/sdk/error.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <system_error>
#include <utility>

namespace glia {
namespace {

struct Sinks {
  std::shared_ptr<spdlog::sinks::stderr_sink_mt> terminal =
      std::make_shared<spdlog::sinks::stderr_sink_mt>();
  spdlog::logger logger{"glia", terminal};

  Sinks() {
    terminal->set_level(spdlog::level::warn);
    terminal->set_pattern("glia: %l: %v");
    logger.set_level(spdlog::level::debug);
    logger.flush_on(spdlog::level::info);
  }
};

Sinks& instance() {
  static Sinks* sinks = new Sinks;  // outlives every static destructor that may still log
  return *sinks;
}

spdlog::level::level_enum of_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

Log& log() {
  static Log log;
  return log;
}

void Log::write(LogLevel level, fmt::string_view text, fmt::format_args args) {
  auto& logger = instance().logger;
  if (logger.should_log(of_spdlog(level))) logger.log(of_spdlog(level), fmt::vformat(text, args));
}

void Log::flush() { instance().logger.flush(); }

void set_terminal_log_level(LogLevel level) { instance().terminal->set_level(of_spdlog(level)); }

void log_to_file(const std::filesystem::path& file) {
  std::error_code ignored;  // a named pipe would wait for its reader, and hear no signal meanwhile
  const auto status = std::filesystem::status(file, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::io, file.string() + " is no file, and the log cannot be written there",
                "remove it");
  }
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e %L %v");
    instance().logger.sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& e) {
    throw Error(ErrorCode::io, e.what());
  }
}

}  // namespace glia
