// SPDX-License-Identifier: MIT
#include "plugin/registry.hpp"

#include "core/at_work.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "plugin/library.hpp"
#include "plugin/scan.hpp"
#include "plugin/scan_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

namespace glia::plugin {
namespace fs = std::filesystem;
namespace {

Registry& the_registry() {
  static auto* registry = new Registry;  // leaked: objects of plugins may outlive every static
  return *registry;
}

Refusal refusal(const fs::path& file, const Error& e) {
  return {file.string(), e.message(), e.hint(), false};
}

std::string trust_hint(const fs::path& path) {
  return fmt::format(
      "plugins are code: only you or root may be able to change {} (chown, chmod o-w)",
      path.string());
}

/// Cached verdicts where they still hold; one child for the rest.
Verdicts verdicts_on(const std::vector<fs::path>& files) {
  ScanCache cache(user_cache_folder() / "plugins.json");
  Verdicts known;
  std::vector<fs::path> unknown;
  for (const auto& file : files) {
    if (auto verdict = cache.find(file)) {
      known[file] = std::move(*verdict);
    } else {
      unknown.push_back(file);
    }
  }
  if (unknown.empty()) return known;
  log().debug("trying out {} plugin file(s) in a child process", unknown.size());
  for (auto& [file, verdict] : scan(unknown)) {
    cache.remember(file, verdict);
    known[file] = std::move(verdict);
  }
  cache.save();
  return known;
}

}  // namespace

Registry::Registry() = default;
Registry::~Registry() = default;

void Registry::load_folders(const std::vector<SearchFolder>& folders) {
  std::vector<Candidate> candidates;
  for (const auto& folder : folders) {
    const bool again = std::any_of(searched_.begin(), searched_.end(),
                                   [&](const auto& other) { return other.path == folder.path; });
    if (again) continue;
    searched_.push_back(folder);
    if (!folder.problem.empty()) {
      if (folder.problem != "does not exist") {
        const bool trust = folder.problem == trust_problem(folder.path);
        refusals_.push_back(
            {folder.path.string(), folder.problem, trust ? trust_hint(folder.path) : "", false});
      }
      continue;
    }
    try {
      for (const auto& file : library_files(folder.path)) consider(file, candidates);
    } catch (const Error& e) {
      searched_.back().problem = e.message();
      refusals_.push_back(refusal(folder.path, e));
    }
  }
  load(candidates);
}

void Registry::load_file(const fs::path& file) {
  std::vector<Candidate> candidates;
  consider(fs::absolute(file).lexically_normal(), candidates);
  load(candidates);
}

void Registry::consider(const fs::path& file, std::vector<Candidate>& candidates) {
  try {
    std::error_code error;
    const auto real = fs::canonical(file, error);
    struct stat found {};
    if (error || ::stat(real.c_str(), &found) != 0) {
      const bool dangling = fs::is_symlink(fs::symlink_status(file));
      throw Error(ErrorCode::plugin, dangling ? "cannot be read: the link leads nowhere"
                                              : "cannot be read: " + error.message());
    }
    if (!seen_.emplace(found.st_dev, found.st_ino).second) return;
    for (const auto& path : {real, real.parent_path()}) {
      const auto problem = trust_problem(path);
      if (problem.empty()) continue;
      throw Error(ErrorCode::plugin,
                  path == real ? problem : fmt::format("its folder {} {}", path.string(), problem),
                  trust_hint(path));
    }
    check_before_loading(real);
    candidates.push_back({file, real});
  } catch (const Error& e) {
    refusals_.push_back(refusal(file, e));
  }
}

void Registry::load(const std::vector<Candidate>& candidates) {
  std::vector<fs::path> files;
  for (const auto& candidate : candidates) files.push_back(candidate.real);
  if (files.empty()) return;
  const auto verdicts = verdicts_on(files);
  for (const auto& [file, real] : candidates) {
    const auto& verdict = verdicts.at(real);
    if (verdict.kind != Verdict::Kind::loads) {
      refusals_.push_back({file.string(), verdict.reason, verdict.hint, false});
      continue;
    }
    try {
      add_library(real);
    } catch (const Error& e) {
      refusals_.push_back(refusal(file, e));
    }
  }
}

void Registry::add_library(const fs::path& file) {
  Library library = open_library(file);
  for (const auto& d : library.descriptors) {
    if (const auto* other = find(d.kind, d.id)) {
      refusals_.push_back({file.string(),
                           fmt::format("offers the {} '{}', which {} offers already",
                                       kind_name(d.kind), d.id, other->file),
                           "remove one of the two files, or rename the plugin", true});
      return;
    }
  }
  for (auto& d : library.descriptors) {
    // A copy: the library's own list is destroyed when the program ends.
    descriptors_.push_back(std::make_unique<const Descriptor>(std::move(d)));
    const Descriptor& kept = *descriptors_.back();
    entries_[{kept.kind, kept.id}] =
        std::make_unique<const CatalogEntry>(CatalogEntry{&kept, library.version, file.string()});
  }
}

const CatalogEntry* Registry::find(PluginKind kind, std::string_view id) const {
  const auto entry = entries_.find(Key{kind, id});
  return entry == entries_.end() ? nullptr : entry->second.get();
}

std::vector<const CatalogEntry*> Registry::all() const {
  std::vector<const CatalogEntry*> entries;
  for (const auto& [key, entry] : entries_) entries.push_back(entry.get());
  return entries;
}

std::string Registry::search_report() const {
  std::string text = "plugins were looked for in:";
  for (const auto& folder : searched_) {
    text += fmt::format("\n  {} ({}", folder.path.string(), folder.origin);
    text += (folder.problem.empty() ? "" : "; " + folder.problem) + ')';
  }
  if (searched_.empty()) text += " no folder";
  const char* before = "\nand refused:\n  ";
  for (const auto& refused : refusals_) {
    const bool folder = std::any_of(searched_.begin(), searched_.end(),
                                    [&](const auto& f) { return f.path == refused.file; });
    if (folder) continue;  // said above
    text += fmt::format("{}{}: {}", before, refused.file, refused.first_line());
    before = "\n  ";
  }
  return text;
}

const Registry& load_plugins(const std::vector<std::string>& extra_folders) {
  watch_work();
  Registry& registry = the_registry();
  const std::size_t before = registry.refusals().size();
  registry.load_folders(search_path(extra_folders));
  for (std::size_t i = before; i < registry.refusals().size(); ++i) {
    const auto& refused = registry.refusals()[i];
    log().warn("not loaded: {}: {}", refused.file, refused.first_line());
  }
  return registry;
}

std::string search_report() { return the_registry().search_report(); }

}  // namespace glia::plugin
