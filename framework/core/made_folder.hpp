// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <vector>

namespace glia {

/// A folder that a command fills, with those above it. Unless it says that it is whole, what was made
/// is gone when this is: half of it would stand in the way of the next attempt.
class GLIA_API MadeFolder {
 public:
  /// Makes what is missing. Error (io) with the reason.
  explicit MadeFolder(const std::filesystem::path& folder);
  ~MadeFolder();
  MadeFolder(const MadeFolder&) = delete;

  /// A file in it that is about to be written: removed with it, unless it was there before.
  std::filesystem::path file(const std::filesystem::path& name);

  void keep() { kept_ = true; }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< folders, the lowest first
  std::vector<std::filesystem::path> files_;
  bool kept_ = false;
};

}  // namespace glia
