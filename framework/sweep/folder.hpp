// SPDX-License-Identifier: MIT
#pragma once

#include "config/template.hpp"
#include "core/file_lock.hpp"
#include "sweep/plan.hpp"
#include "sweep/store.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// Who is at work in a sweep's folder.
struct Holder {
  std::string host;
  std::int64_t pid = 0;
};

/// How sweep.json is written.
inline constexpr const char* origin_format = "glia-sweep-origin/2";

/// What a sweep was started with, kept in sweep.json.
struct Origin {
  std::string file;                    ///< absolute path of the pipeline file
  std::string cwd;                     ///< relative paths in the pipeline are seen from here
  std::vector<std::string> overrides;  ///< for all trials, axes among them
  std::vector<std::string> plugin_path;
  std::string cache;     ///< folder; empty: one of the sweep's own
  std::string launcher;  ///< its name
  /// Of the pipeline file's text as it was; empty where an older version made the sweep.
  std::string pipeline_sha256{};
  std::string resolved_sha256{};  ///< of resolved.toml; empty likewise
  std::string mark{};  ///< core/study_mark.hpp; empty where an older version made the sweep
};

/// What commands name as the pipeline of a sweep: the file that it was made of, from which relative
/// paths are seen, as long as it is what it was then; else the sweep's copy. Absolute.
std::string named_pipeline(const std::filesystem::path& sweep, const Origin& origin);

/// The folder of a sweep (docs/sweeps.md), held by one process at a time.
class Folder {
 public:
  /// Makes `wanted`, or runs/<file>-<number> if empty, with everything that is known before the
  /// first trial. Error (usage) if it is there already or cannot be made.
  static Folder create(const std::filesystem::path& wanted, const config::PipelineTemplate& source,
                       const Plan& made, const Origin& origin,
                       const std::vector<std::string>& command_line);

  /// Opens one to go on. Error (usage) if it holds no sweep or somebody is at work in it.
  static Folder open(const std::filesystem::path& path);

  Folder(Folder&&) noexcept = default;

  const std::filesystem::path& path() const { return path_; }
  std::string id() const { return path_.filename().string(); }
  Store& store() { return store_; }
  const Store& store() const { return store_; }
  const Plan& plan() const { return plan_; }
  const Origin& origin() const { return origin_; }
  std::string pipeline_text() const;
  std::filesystem::path cache() const;
  std::filesystem::path trial(std::size_t number) const;

  /// Replaces the plan by a longer one, or only what it was started with.
  void extend(Plan plan, std::vector<std::string> overrides);

  /// Replaces the plan of a sweep that learns by one with more trials, and makes them lasting.
  void grow(const Plan& plan);

  /// Adds to provenance.json who goes on with the sweep, and what has changed since it was made.
  void note_resumed(const std::vector<std::string>& command_line, const std::string& changes) const;

  /// Commits, and writes results.csv and results.json.
  void write_results(bool at_work);

 private:
  Folder(std::filesystem::path path, FileLock lock, Plan plan, Origin origin, Store store);

  std::filesystem::path path_;
  FileLock lock_;
  Plan plan_;
  Origin origin_;
  Store store_;
};

/// DIR itself, or runs/ID. Error (usage) if neither holds a sweep.
std::filesystem::path find_sweep(const std::string& name);

/// Who is at work there; nothing if nobody is. Changes nothing.
std::optional<Holder> holder_of(const std::filesystem::path& folder);

/// What a sweep was started with, without opening it for writing. Error (data) if that was changed
/// since.
Origin read_origin(const std::filesystem::path& folder);

/// The pipeline file as it was when the sweep was made. Error (data) if it was changed since.
std::string read_pipeline(const std::filesystem::path& folder, const Origin& origin);

}  // namespace glia::sweep
