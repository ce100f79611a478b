// SPDX-License-Identifier: MIT
// Hand-written: the libraries that offer this (ccache, sccache) are programs, not libraries.
#include "core/cache.hpp"

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/json_whole.hpp"
#include "core/log.hpp"
#include "core/temporary_file.hpp"
#include "core/variable.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace glia {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

using namespace std::chrono_literals;

constexpr auto poll_interval = 20ms;
constexpr auto temporary_life = std::chrono::hours(24);
constexpr std::uint64_t most_note = 4 << 20;

/// 64 lower-case hexadecimal digits.
bool is_key(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::int64_t modified(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mtime : 0;
}

std::optional<CacheEntry> read_note(const fs::path& note, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(note, error)) return std::nullopt;
  try {
    const auto j = read_json(read_file(note, most_note));
    // The key names the files that are touched and removed: never another one than the note's own.
    if (!is_key(note.stem().string()) || j.at("key") != note.stem().string()) return std::nullopt;
    return CacheEntry{j.at("key"),
                      j.at("name"),
                      j.at("identity"),
                      j.at("sha256"),
                      json_whole<std::uint64_t>(j.at("bytes")),
                      j.at("seconds"),
                      modified(note),
                      file};
  } catch (const std::exception&) {
    return std::nullopt;  // as good as not there
  }
}

/// Whether the file is what the note says; touches every byte.
bool whole(const CacheEntry& entry) {
  std::error_code error;
  if (fs::file_size(entry.file, error) != entry.bytes || error) return false;
  try {
    return sha256_of_file(entry.file.string()) == entry.sha256;
  } catch (const Error&) {
    return false;
  }
}

constexpr std::array cache_parts{"files", "notes", "locks", "tmp", "work"};

[[noreturn]] void refuse_cache(const fs::path& folder, const std::error_code& why) {
  throw Error(ErrorCode::io,
              fmt::format("cannot use the cache in {}: {}", folder.string(), why.message()),
              "choose another folder with --cache-dir DIR, or go without: --no-cache");
}

/// A name that no other process or thread uses.
std::string unique_name() {
  static std::atomic<unsigned> number{0};
  return std::to_string(::getpid()) + '-' + std::to_string(number++);
}

}  // namespace

Cache::Cache(fs::path folder, std::uint64_t max_bytes)
    : folder_(std::move(folder)),
      max_bytes_(max_bytes),
      made_(std::make_shared<std::atomic<std::uint64_t>>(max_bytes)) {}

fs::path Cache::file_of(const std::string& key) const { return folder_ / "files" / key; }

fs::path Cache::note_of(const std::string& key) const {
  return folder_ / "notes" / (key + ".json");
}

std::optional<FileLock> Cache::lock(const std::string& key) const {
  return FileLock::try_take(folder_ / "locks" / key);
}

/// The note goes first: without it the file counts as not there.
void Cache::drop(const std::string& key) const {
  std::error_code ignored;
  fs::remove(note_of(key), ignored);
  fs::remove(file_of(key), ignored);
}

std::optional<CacheEntry> Cache::entry(const std::string& key) const {
  return read_note(note_of(key), file_of(key));
}

std::optional<fs::path> Cache::find(const std::string& key) const {
  if (!shared_folder_problem(folder_).empty()) return std::nullopt;
  const auto found = entry(key);
  if (!found) return std::nullopt;
  if (!whole(*found)) {
    // Somebody may just be replacing it: drop it only as its holder.
    const auto held = lock(key);
    if (!held) return std::nullopt;
    const auto again = entry(key);
    if (!again) return std::nullopt;
    if (!whole(*again)) {
      log().warn("the cached result of '{}' is damaged and is dropped: {}", again->name,
                 again->file.string());
      drop(key);
      return std::nullopt;
    }
  }
  ::utimensat(AT_FDCWD, note_of(key).c_str(), nullptr, 0);  // used just now
  return file_of(key);
}

Cache::Got Cache::make(const Recipe& recipe) const {
  const fs::path work = folder_ / "work" / recipe.key;
  const TemporaryFile temporary{folder_ / "tmp" / (recipe.key + '-' + unique_name())};
  try {
    fs::create_directories(work);
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorCode::io,
                fmt::format("cannot write {}: {}", work.string(), e.code().message()));
  }
  const auto start = std::chrono::steady_clock::now();
  recipe.make(temporary.path, work);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  sync_file(temporary.path);

  const ordered_json note{{"key", recipe.key},
                          {"name", recipe.name},
                          {"sha256", sha256_of_file(temporary.path.string())},
                          {"bytes", fs::file_size(temporary.path)},
                          {"seconds", spent.count()},
                          {"identity", recipe.identity}};
  const auto text = json_text(note, 2) + '\n';
  std::error_code error, ignored;
  fs::rename(temporary.path, file_of(recipe.key), error);
  if (error) {
    throw Error(ErrorCode::io,
                fmt::format("cannot write {}: {}", file_of(recipe.key).string(), error.message()));
  }
  sync_file(folder_ / "files");
  write_file(note_of(recipe.key), text);
  fs::remove_all(work, ignored);
  return {file_of(recipe.key), true};
}

void Cache::prepare() const {
  if (const auto problem = shared_folder_problem(folder_); !problem.empty()) {
    throw Error(ErrorCode::io, fmt::format("the cache in {} {}", folder_.string(), problem),
                "whoever may write there could change your results: chmod o-w it, choose another "
                "folder with --cache-dir DIR, or go without: --no-cache");
  }
  for (const char* part : cache_parts) {
    std::error_code error;
    fs::create_directories(folder_ / part, error);
    if (error) refuse_cache(folder_, error);
  }
}

void Cache::require_writable() const {
  prepare();
  for (const char* part : cache_parts) {
    if (::access((folder_ / part).c_str(), W_OK | X_OK) != 0) {
      refuse_cache(folder_, {errno, std::generic_category()});
    }
  }
}

std::optional<Cache::Got> Cache::try_get_or_make(const Recipe& recipe) const {
  if (auto found = find(recipe.key)) return Got{*found, false};
  require_writable();
  auto held = lock(recipe.key);
  if (!held) return std::nullopt;
  // Made between the look and the lock, perhaps.
  if (const auto found = entry(recipe.key); found && whole(*found)) return Got{found->file, false};
  Got got = make(recipe);
  held->remove_file();
  held.reset();
  std::error_code ignored;
  keep_size(fs::file_size(got.file, ignored));
  return got;
}

/// Looks at the size when a hundredth of it has been made since: a look reads every note.
void Cache::keep_size(std::uint64_t made) const {
  if (made_->fetch_add(made) + made < max_bytes_ / 100) return;
  *made_ = 0;
  std::uint64_t total = 0;
  for (const auto& each : entries()) total += each.bytes;
  if (total > max_bytes_) collect_garbage(max_bytes_);
}

Cache::Got Cache::get_or_make(const Recipe& recipe, const std::function<bool()>& stop) const {
  bool told = false;
  for (;;) {
    if (auto got = try_get_or_make(recipe)) return *got;
    if (stop && stop()) {
      throw Error(
          ErrorCode::interrupted,
          fmt::format("stopped while waiting for another process to make '{}'", recipe.name));
    }
    if (!std::exchange(told, true)) {
      log().info("{}: another process is at it; waiting", recipe.name);
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

std::vector<CacheEntry> Cache::entries() const {
  std::vector<CacheEntry> all;
  std::error_code error;
  for (fs::directory_iterator it(folder_ / "notes", error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".json") continue;
    auto found = read_note(it->path(), file_of(it->path().stem().string()));
    if (found) all.push_back(std::move(*found));
  }
  std::sort(all.begin(), all.end(), [](const CacheEntry& a, const CacheEntry& b) {
    return std::pair(-a.last_used, a.key) < std::pair(-b.last_used, b.key);
  });
  return all;
}

std::uint64_t Cache::collect_garbage(std::uint64_t max_bytes) const {
  std::uint64_t kept = 0, freed = 0;
  for (const auto& each : entries()) {
    kept += each.bytes;
    if (kept <= max_bytes) continue;
    const auto held = lock(each.key);
    if (!held) continue;
    drop(each.key);
    kept -= each.bytes;
    freed += each.bytes;
  }
  const auto now = std::chrono::system_clock::now();
  const auto old = std::chrono::system_clock::to_time_t(now - temporary_life);
  std::error_code error;
  for (const char* part : {"tmp", "files", "work", "locks"}) {
    for (fs::directory_iterator it(folder_ / part, error), end; !error && it != end;
         it.increment(error)) {
      const std::string key = it->path().filename().string().substr(0, 64);
      if (std::string(part) == "files" && entry(key)) continue;
      if (modified(it->path()) > old) continue;
      auto held = lock(key);  // whoever works on it keeps it
      if (!held) continue;
      std::error_code ignored;
      if (it->is_regular_file(ignored)) freed += it->file_size(ignored);
      fs::remove_all(it->path(), ignored);
      held->remove_file();
    }
  }
  return freed;
}

std::vector<CacheEntry> Cache::verify() const {
  std::vector<CacheEntry> damaged;
  for (auto& each : entries()) {
    if (whole(each)) continue;
    const auto held = lock(each.key);
    if (!held) continue;
    const auto again = entry(each.key);
    if (!again || whole(*again)) continue;
    drop(each.key);
    damaged.push_back(std::move(each));
  }
  return damaged;
}

fs::path default_cache_folder() {
  if (const std::string given = value_of(variables::cache_dir); !given.empty()) {
    return given == "off" ? fs::path() : fs::path(given);
  }
  return user_cache_folder() / "stages";
}

}  // namespace glia
