// SPDX-License-Identifier: MIT
#pragma once

#include "core/results_folder.hpp"
#include "serve/paced.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace glia::serve {

/// A run or a sweep in the folder.
struct Item {
  std::string
      name;  ///< "sweep-001", "." for the folder itself, "sweep-001/trials/3" for a kept trial
  ResultsFolder folder;
  /// "", or why nothing of it is shown: a link in it leads out of the folder.
  std::string refused{};
  std::int64_t changed = 0;  ///< when, in nanoseconds of the file system's clock

  bool sweep() const { return folder.kind == ResultsFolder::Kind::sweep; }
};

struct Items {
  std::vector<Item> all;  ///< those that changed last first
  std::size_t left_out = 0;
  bool complete = true;  ///< false: the folder holds so much that not all of it was looked at
  std::vector<std::string> below{};  ///< where there are none: folders of it that hold some
};

/// The folder whose runs and sweeps are shown. Nothing is written there, and no name leads out of
/// it: names are compared with those that are there, never made into paths. [thread-safe]
class WatchedFolder {
 public:
  /// Error (usage) if there is no such folder.
  explicit WatchedFolder(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }

  /// Bounded: at most `most_looked_at` names are read, at most `most_items` runs and sweeps told.
  std::shared_ptr<const Items> items();

  /// The item of this name, also a kept trial of a sweep.
  std::optional<Item> find(const std::string& name);

  /// Changes when a file of the item does that is shown.
  static std::string stamp_of(const Item& item);

  /// The names of items that are new, gone or other than at the last call, as a JSON list; "" for
  /// none.
  std::string news();

  static constexpr std::size_t most_looked_at = 20'000, most_items = 1000;

 private:
  Items read() const;
  std::string why_refused(const std::filesystem::path& folder) const;

  std::filesystem::path root_;  ///< links resolved
  Paced<Items> items_{1};
  std::mutex mutex_;
  std::map<std::string, std::string> told_;  ///< stamps by name
};

}  // namespace glia::serve
