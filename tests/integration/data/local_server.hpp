// SPDX-License-Identifier: MIT
#pragma once

#include "core/files.hpp"
#include "gzipped.hpp"
#include "temp_folder.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

/// server.py over a folder of its own: put files into `root`, ask `url` for them.
class LocalServer {
 public:
  LocalServer() {
    std::filesystem::create_directory(root());
    const auto quote = [](const std::filesystem::path& p) { return " '" + p.string() + "'"; };
    const std::filesystem::path port = folder_ / "port";
    const std::string command = "exec python3" +
                                quote(GLIA_SOURCE_DIR "/tests/integration/data/server.py") +
                                quote(root()) + quote(port) + quote(folder_ / "log");
    process_ = popen(command.c_str(), "we");
    for (int i = 0; i < 1000 && !std::filesystem::exists(port); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    base_ = "http://127.0.0.1:" + glia::read_file(port);
  }
  LocalServer(const LocalServer&) = delete;
  ~LocalServer() { stop(); }

  /// The end of its standard input ends it.
  void stop() {
    if (process_) pclose(process_);
    process_ = nullptr;
  }

  std::filesystem::path root() const { return folder_ / "root"; }
  std::string url(const std::string& path) const { return base_ + path; }
  /// Requests since the start, "PATH RANGE" each.
  std::string log() const {
    const auto log = folder_ / "log";
    return std::filesystem::exists(log) ? glia::read_file(log) : "";
  }

 private:
  TempFolder folder_;
  FILE* process_ = nullptr;
  std::string base_;
};
