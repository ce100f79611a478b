// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>

namespace glia {

/// A folder in $TMPDIR, or /tmp, that nobody else can look into; gone with its content in the end.
class GLIA_API TemporaryFolder {
 public:
  /// Error (io), with what to do, where none can be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace glia
