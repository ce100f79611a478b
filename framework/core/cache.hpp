// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_lock.hpp"

#include <glia/sdk/export.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia {

/// What is known of a stored file beside its bytes.
struct CacheEntry {
  std::string key;
  std::string name;      ///< what it is, for people: "latent/train"
  std::string identity;  ///< the text that the key is the SHA-256 of
  std::string sha256;    ///< of the file
  std::uint64_t bytes = 0;
  double seconds = 0;            ///< that it took to make
  std::int64_t last_used = 0;    ///< seconds since 1970
  std::filesystem::path file{};  ///< where it is
};

/// Files by the hash of all that they depend on, shared by every run and sweep of a user.
///
/// A file is complete or not there: it is written under another name, synced and renamed. One
/// process makes it while the others wait or are told that it is busy. Its hash is checked when it
/// is read; a damaged file is dropped and made anew. The oldest files go when the cache grows over
/// its size. Any number of processes may use one folder at once. [thread-safe]
class GLIA_API Cache {
 public:
  static constexpr std::uint64_t default_size = std::uint64_t{20} << 30;

  /// Makes the folder when it is first written to.
  explicit Cache(std::filesystem::path folder, std::uint64_t max_bytes = default_size);

  const std::filesystem::path& folder() const { return folder_; }

  /// The file, whole and checked; nothing if there is none.
  std::optional<std::filesystem::path> find(const std::string& key) const;

  /// What to make, and how.
  struct Recipe {
    std::string key, name, identity;
    /// Writes the file. `work` is a folder of the key's own that outlives a crash: what an earlier
    /// attempt left there can be gone on with. It is removed once the file is in the cache.
    std::function<void(const std::filesystem::path& file, const std::filesystem::path& work)> make;
  };

  struct Got {
    std::filesystem::path file;
    bool made = false;  ///< by this call, and not taken from the cache
  };

  /// Finds the file or makes it. While somebody else makes it, waits and asks `stop` between times.
  /// Error (interrupted) if stopped while waiting; whatever `make` throws.
  Got get_or_make(const Recipe& recipe, const std::function<bool()>& stop = {}) const;

  /// The same, but nothing if somebody else is making the file just now.
  std::optional<Got> try_get_or_make(const Recipe& recipe) const;

  /// Makes the cache's folders. Error (io) if that cannot be.
  void prepare() const;

  /// The same, and Error (io) where nothing can be added: a result that is not in it cannot be made.
  void require_writable() const;

  /// Every entry, the most recently used first. Reads no file's bytes.
  std::vector<CacheEntry> entries() const;
  std::optional<CacheEntry> entry(const std::string& key) const;

  /// Removes the entries that were not used for the longest time until `max_bytes` are left, and
  /// what crashed processes left behind. Returns the bytes that were freed. Leaves entries that are
  /// being made.
  std::uint64_t collect_garbage(std::uint64_t max_bytes) const;

  /// Reads every file; removes the damaged ones and returns their entries.
  std::vector<CacheEntry> verify() const;

 private:
  std::filesystem::path file_of(const std::string& key) const;
  std::filesystem::path note_of(const std::string& key) const;
  std::optional<FileLock> lock(const std::string& key) const;
  Got make(const Recipe& recipe) const;
  void drop(const std::string& key) const;
  void keep_size(std::uint64_t made) const;

  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
  std::shared_ptr<std::atomic<std::uint64_t>> made_;  ///< bytes since the last look at the size
};

/// $GLIA_CACHE_DIR, or else $XDG_CACHE_HOME/glia/stages. Empty when GLIA_CACHE_DIR is "off".
GLIA_API std::filesystem::path default_cache_folder();

}  // namespace glia
