// SPDX-License-Identifier: MIT
#include "serve/watched_folder.hpp"

#include "core/json_text.hpp"
#include "serve/listing.hpp"
#include "sweep/folder.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace glia::serve {
namespace fs = std::filesystem;
namespace {

/// What is shown of a run or a sweep is read from these.
constexpr const char* shown_files[] = {"results.json",     "epochs.csv", "sweep.sqlite",
                                       "sweep.sqlite-wal", "plan.json",  "pipeline.toml",
                                       "host.json"};

std::int64_t changed_at(const struct stat& info) {
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

bool is_below(const fs::path& path, const fs::path& root) {
  const auto relative = path.lexically_relative(root);
  return !relative.empty() && *relative.begin() != "..";
}

std::int64_t latest_change(const fs::path& folder) {
  std::int64_t latest = 0;
  struct stat info {};
  for (const char* file : shown_files) {
    if (::stat((folder / file).c_str(), &info) == 0) latest = std::max(latest, changed_at(info));
  }
  return latest;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

WatchedFolder::WatchedFolder(const fs::path& root) {
  std::error_code error;
  root_ = fs::canonical(root, error);
  if (error || !fs::is_directory(root_, error)) {
    throw Error(ErrorCode::usage, "there is no folder " + root.string(),
                "name the folder that runs and sweeps are in");
  }
}

/// Links within it may lead anywhere inside the folder that is shown, and nowhere else.
std::string WatchedFolder::why_refused(const fs::path& folder) const {
  std::error_code error;
  const auto leads_out = [&](const fs::path& path) {
    const fs::path real = fs::canonical(path, error);
    return error || !is_below(real, root_);  // one that leads nowhere is of no use
  };
  if (leads_out(folder)) return "it leads out of the folder that is shown";
  std::size_t seen = 0;
  for (const auto& where : {folder, folder / "checkpoints", folder / "trials"}) {
    if (!fs::is_directory(where, error)) continue;
    for (fs::directory_iterator it(where, error), end; !error && it != end; it.increment(error)) {
      if (++seen > most_looked_at) return "it holds too many files";
      if (it->is_symlink(error) && leads_out(it->path())) {
        return fmt::format("{} leads out of the folder that is shown",
                           it->path().lexically_relative(folder).string());
      }
    }
  }
  return {};
}

Items WatchedFolder::read() const {
  Items items;
  std::vector<fs::path> paths{root_};
  std::error_code error;
  for (fs::directory_iterator it(root_, error), end; !error && it != end; it.increment(error)) {
    if (paths.size() > most_looked_at) {
      items.complete = false;
      break;
    }
    if (it->is_directory(error)) paths.push_back(it->path());
  }
  for (const auto& path : paths) {
    auto found = results_folder(path);
    if (!found) continue;
    const std::string name = path == root_ ? "." : path.filename().string();
    items.all.push_back({.name = name, .folder = *found, .changed = latest_change(path)});
  }
  std::sort(items.all.begin(), items.all.end(), [](const Item& a, const Item& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.name < b.name;
  });
  if (items.all.size() > most_items) {
    items.left_out = items.all.size() - most_items;
    items.all.resize(most_items);
  }
  for (auto& item : items.all) item.refused = why_refused(item.folder.path);
  if (items.all.empty()) items.below = holders_in(root_);
  return items;
}

std::shared_ptr<const Items> WatchedFolder::items() {
  // Nothing tells of files that appear in a folder below: it is looked at anew, in its turn.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return items_.get("", std::to_string(now), [this] { return read(); }).value;
}

std::optional<Item> WatchedFolder::find(const std::string& name) {
  const auto all = items();
  const auto trials = name.rfind("/trials/");
  const bool kept = trials != std::string::npos && is_number(name.substr(trials + 8));
  const std::string of = kept ? name.substr(0, trials) : name;
  const auto it = std::find_if(all->all.begin(), all->all.end(),
                               [&](const Item& item) { return item.name == of; });
  if (it == all->all.end()) return std::nullopt;
  Item item = *it;
  item.refused = why_refused(item.folder.path);  // as it is now
  if (!kept) return item;
  if (!item.sweep() || !item.refused.empty()) return std::nullopt;
  auto found = results_folder(item.folder.path / "trials" / name.substr(trials + 8));
  if (!found || found->kind != ResultsFolder::Kind::run) return std::nullopt;
  return Item{.name = name, .folder = *found, .refused = why_refused(found->path)};
}

namespace {

/// Of the curves of trials that are at work: at most so many names are looked at.
std::string running_stamp(const fs::path& sweep) {
  constexpr int most = 300;
  std::int64_t latest = 0, size = 0;
  int seen = 0;
  std::error_code error;
  for (fs::directory_iterator it(sweep / "trials", error), end; !error && it != end && seen < most;
       it.increment(error), ++seen) {
    struct stat info {};
    if (::stat((it->path() / "epochs.csv").c_str(), &info) != 0) continue;
    latest = std::max(latest, changed_at(info));
    size += info.st_size;
  }
  return fmt::format("{}.{} ", latest, size);
}

}  // namespace

std::string WatchedFolder::stamp_of(const Item& item) {
  std::string stamp = item.refused;
  struct stat info {};
  for (const char* file : shown_files) {
    if (::stat((item.folder.path / file).c_str(), &info) != 0) {
      stamp += '-';
      continue;
    }
    stamp += fmt::format("{}.{}.{} ", info.st_ino, static_cast<std::int64_t>(info.st_size),
                         changed_at(info));
  }
  if (!sweep::holder_of(item.folder.path)) return stamp;
  return stamp + "held " + (item.sweep() ? running_stamp(item.folder.path) : "");
}

std::string WatchedFolder::news() {
  std::map<std::string, std::string> now;
  for (const auto& item : items()->all) now[item.name] = stamp_of(item);
  const std::lock_guard lock(mutex_);
  auto changed = nlohmann::json::array();
  for (const auto& [name, stamp] : now) {
    const auto before = told_.find(name);
    if (before == told_.end() || before->second != stamp) changed.push_back(name);
  }
  for (const auto& [name, stamp] : told_) {
    if (!now.count(name)) changed.push_back(name);
  }
  told_ = std::move(now);
  if (changed.empty()) return {};
  return json_text(changed);
}

}  // namespace glia::serve
