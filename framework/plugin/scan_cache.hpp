// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/scan.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace glia::plugin {

/// Remembers which files were tried in a child process, and whether they load or crash, until they
/// change: by path, size, time of change, inode and this program's fingerprint. Ordinary refusals
/// are not remembered, since another file (a missing library, say) may mend them.
///
/// Kept in the user's cache folder; does without, silently, when that cannot be read or written.
/// [main thread]
class ScanCache {
 public:
  explicit ScanCache(std::filesystem::path file);
  ~ScanCache();

  std::optional<Verdict> find(const std::filesystem::path& library) const;
  void remember(const std::filesystem::path& library, const Verdict& verdict);
  /// Writes the file anew if anything was remembered.
  void save();

 private:
  std::filesystem::path file_;
  std::unique_ptr<nlohmann::json> libraries_;  ///< path -> its state and what was found
  bool changed_ = false;
};

}  // namespace glia::plugin
