// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia {

/// The descriptors that were open when it was made. Whoever closes one that is not his own lets the
/// next file that is opened take its number, and with it what others write. [const: thread-safe]
class GLIA_API OpenFiles {
 public:
  OpenFiles();

  /// Error (internal) names one of them that was closed since, or is another file now.
  void require_open() const;

 private:
  struct Entry {
    int number;
    std::uint64_t device, inode;
    std::string path;
  };
  std::vector<Entry> all_;
};

}  // namespace glia
