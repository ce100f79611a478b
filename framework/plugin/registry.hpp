// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"
#include "plugin/search_path.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glia::plugin {

/// A file or folder that nothing was taken from, and why.
struct Refusal {
  std::string file;
  std::string reason;  ///< the first line says it all; more lines give details
  std::string hint;
  bool duplicate = false;  ///< it offers what another library offers already

  std::string first_line() const { return reason.substr(0, reason.find('\n')); }
};

/// The plugins that were loaded, the files that were refused, and where both were looked for.
/// Libraries are never unloaded. Loading: [main thread, before any graph]; reading afterwards:
/// [thread-safe].
class Registry final : public Catalog {
 public:
  Registry();
  ~Registry() override;

  /// Loads all that these folders hold; what cannot be loaded becomes a refusal and stops nothing.
  void load_folders(const std::vector<SearchFolder>& folders);
  /// The same for one file.
  void load_file(const std::filesystem::path& file);

  const CatalogEntry* find(PluginKind kind, std::string_view id) const override;
  std::vector<const CatalogEntry*> all() const override;

  const std::vector<Refusal>& refusals() const { return refusals_; }
  const std::vector<SearchFolder>& searched() const { return searched_; }
  /// Every folder tried and every file refused, for "there is no such plugin" messages.
  std::string search_report() const;

 private:
  struct Candidate {
    std::filesystem::path file;  ///< as found
    std::filesystem::path real;  ///< symlinks resolved
  };

  void consider(const std::filesystem::path& file, std::vector<Candidate>& candidates);
  void load(const std::vector<Candidate>& candidates);
  void add_library(const std::filesystem::path& file);

  using Key = std::pair<PluginKind, std::string>;
  std::map<Key, std::unique_ptr<const CatalogEntry>, std::less<>> entries_;
  std::vector<std::unique_ptr<const Descriptor>> descriptors_;
  std::vector<Refusal> refusals_;
  std::vector<SearchFolder> searched_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;  ///< device and inode
};

/// Loads every plugin of the search path (see search_path.hpp) and returns all that was loaded so
/// far; it lives until the process ends. Refused files are logged as warnings. Error (plugin) if a
/// folder of `extra_folders` does not exist. Further calls load only what is new.
/// [main thread, before any graph]
const Registry& load_plugins(const std::vector<std::string>& extra_folders);

/// `Registry::search_report` of all that `load_plugins` did.
std::string search_report();

}  // namespace glia::plugin
