// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <optional>

namespace glia {

/// An exclusive lock on a file, among processes and among threads of one. Let go when the object
/// or the process ends, however it ends.
class GLIA_API FileLock {
 public:
  /// Nothing if somebody else holds it. Makes the file, whose folder must exist; Error (io) if it
  /// cannot.
  static std::optional<FileLock> try_take(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

  /// Also removes the file; only for the holder, while it holds the lock.
  void remove_file();

 private:
  FileLock(std::filesystem::path file, int descriptor);

  std::filesystem::path file_;
  int descriptor_;
};

}  // namespace glia
