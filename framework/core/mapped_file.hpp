// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace glia {

/// A file's bytes in memory, shared with every process that maps it too.
class GLIA_API MappedFile {
 public:
  /// Where what is written to the bytes goes.
  enum class Writes { stay, reach_file };

  /// Error (io) with the reason.
  explicit MappedFile(const std::filesystem::path& path, Writes writes = Writes::stay);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  void* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace glia
