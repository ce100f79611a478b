// SPDX-License-Identifier: MIT
// A file that is gone again unless it is kept.
#pragma once

#include <filesystem>
#include <system_error>
#include <utility>

namespace glia {

/// Removes the file on every way out, unless `keep` is set; one that was renamed away is not there.
struct TemporaryFile {
  std::filesystem::path path;
  bool keep = false;

  explicit TemporaryFile(std::filesystem::path file) : path(std::move(file)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    if (!keep) std::filesystem::remove(path, ignored);
  }
};

}  // namespace glia
