// SPDX-License-Identifier: MIT
#include "report/run_folder.hpp"

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json_trouble.hpp"
#include "core/provenance.hpp"
#include "core/provenance_file.hpp"
#include "core/results_folder.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"
#include "core/unfinished_files.hpp"
#include "core/write_trouble.hpp"
#include "graph/identity_lines.hpp"
#include "results/epochs_seal.hpp"
#include "results/files.hpp"
#include "results/own_results.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

/// runs/<name>-001, runs/<name>-002, ...
fs::path numbered(const std::string& file, int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "-%03d", number);
  return fs::path("runs") / (fs::path(file).stem().string() + digits);
}

int count_of(const std::string& file) {
  int n = 0;
  while (fs::exists(numbered(file, n + 1))) ++n;
  return n;
}

/// Makes exactly this folder. Returns the topmost folder that had to be made for it; empty if it
/// is there already.
fs::path make_folder(const fs::path& path) {
  std::error_code failure, ignored;
  if (fs::exists(path, ignored)) return {};  // a file too
  fs::path top = path;
  while (top.has_parent_path() && !fs::exists(top.parent_path(), ignored)) top = top.parent_path();
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
  const bool made = !failure && fs::create_directory(path, failure);
  if (failure) {
    refuse_folder(ErrorCode::usage, path, failure, "choose a writable place with -o DIR");
  }
  return made ? top : fs::path();
}

/// What stands in one identity and not in the other, as "- before" and "+ now" lines. Empty if they
/// differ in the inputs' keys only, which repeat that an earlier stage differs.
std::string difference(const std::string& before, const std::string& now) {
  const auto old_lines = graph::own_lines(before), new_lines = graph::own_lines(now);
  if (old_lines == new_lines) return {};
  std::string text;
  for (const auto& line : graph::lines_lacked(old_lines, new_lines)) text += "\n    - " + line;
  for (const auto& line : graph::lines_lacked(new_lines, old_lines)) text += "\n    + " + line;
  return text.empty() ? "\n    the same steps in another order" : text;
}

constexpr const char* start_anew =
    "put it back from a copy, or run into a new folder: -o DIR; checkpoints and results stay as "
    "they "
    "are";

using Stages = std::map<std::string, graph::KeptStage>;

/// Every stage that a run was started with.
Stages read_stages(const fs::path& file) {
  try {
    return graph::read_plan(file);
  } catch (const Error& e) {
    throw Error(e.code(), e.message(), start_anew);
  }
}

/// Empty if the plans are equal.
std::string plan_difference(Stages before, const std::vector<graph::Stage>& stages) {
  std::string text;
  for (const auto& stage : stages) {
    const auto it = before.find(stage.name);
    if (it == before.end()) {
      text += fmt::format("\n  stage '{}' is new", stage.name);
      continue;
    }
    if (it->second.key != stage.key) {
      if (const auto changes = difference(it->second.identity, stage.identity); !changes.empty()) {
        text += fmt::format("\n  stage '{}':{}", stage.name, changes);
      }
    }
    before.erase(it);
  }
  for (const auto& [name, ignored] : before) text += fmt::format("\n  stage '{}' is gone", name);
  return text;
}

/// Whether every line that differs says so of this key.
bool only_of(const std::string& key, const std::string& changes) {
  std::istringstream stream(changes);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("    ") && line.substr(6, key.size()) != key) return false;
    if (line.ends_with("is new") || line.ends_with("is gone")) return false;
  }
  return true;
}

[[noreturn]] void refuse_changes(const fs::path& path, const std::string& changes) {
  const char* what = "settings";
  const char* hint = "give the settings that it was started with, or run into a new folder";
  if (only_of("files = ", changes)) {
    what = "data";
    hint = "put the files of its data sets back as they were, or run into a new folder: -o DIR";
  } else if (only_of("build = ", changes)) {
    what = "builds of its plugins";
    hint = "put the plugins' files back as they were, or run into a new folder: -o DIR";
  }
  throw Error(ErrorCode::resume,
              fmt::format("{} was started with other {}:{}", path.string(), what, changes), hint);
}

}  // namespace

RunFolder::RunFolder(fs::path path, fs::path made)
    : path_(std::move(path)), made_(std::move(made)) {
  lock_ = ::open((path_ / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot write in {}: {}", path_.string(), std::strerror(errno)));
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw Error(ErrorCode::usage, "another glia is at work in " + path_.string());
  }
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)),
      made_(std::move(other.made_)),
      lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
  if (lock_ >= 0) ::close(lock_);
}

RunFolder RunFolder::create(const fs::path& wanted, const config::Pipeline& pipeline,
                            const std::vector<graph::Stage>& stages,
                            const std::vector<std::string>& command_line,
                            const results::RunOrigin& origin) {
  require_text({origin.cwd, origin.file, wanted});
  for (const auto& folder : origin.plugin_path) require_text({folder});
  fs::path path = wanted.has_filename() ? wanted : wanted.parent_path();  // "out/" is "out"
  fs::path made;
  if (path.empty()) {
    int number = count_of(pipeline.spec.file);
    do {
      path = numbered(pipeline.spec.file, ++number);
      made = make_folder(path);
    } while (made.empty());  // another run may take a number in between
  } else if (made = make_folder(path); made.empty()) {
    throw Error(ErrorCode::usage, path.string() + " is there already; runs are never overwritten",
                results_folder(path) ? "choose another folder, or go on with that run: --resume"
                                     : "choose a name that is free: glia makes the folder");
  }
  std::optional<RunFolder> opened;
  try {
    opened.emplace(RunFolder(path, made));
  } catch (...) {  // a full disk: an empty folder would stand in the way of the next attempt
    std::error_code ignored;
    fs::remove(path, ignored);
    throw;
  }
  RunFolder folder = std::move(*opened);
  try {
    fs::create_directory(folder.checkpoints());
    write_file(path / "pipeline.toml", pipeline.text);
    const std::string resolved = pipeline.resolved_toml();
    write_file(path / "resolved.toml", resolved);
    write_file(path / "plan.json", graph::plan_json(stages));
    results::RunOrigin sealed = origin;
    sealed.resolved = sha256_hex(resolved);
    sealed.pipeline = sha256_hex(pipeline.text);
    sealed.mark = new_mark(path);
    write_file(path / "run.json", results::to_json(sealed));
    auto made_by = provenance(command_line);
    made_by[mark_key] = sealed.mark;
    write_file(path / "provenance.json", provenance_text(made_by));
  } catch (...) {
    folder.remove_if_unused();
    throw;
  }
  return folder;
}

RunFolder RunFolder::reopen(const fs::path& wanted, const config::Pipeline& pipeline,
                            const std::vector<graph::Stage>& stages) {
  fs::path path = wanted;
  if (path.empty()) {
    const int newest = count_of(pipeline.spec.file);
    if (newest == 0) {
      throw Error(ErrorCode::usage,
                  fmt::format("there is no earlier run of {} under runs/ to go on with",
                              pipeline.spec.file),
                  "name its folder with -o DIR, or leave out --resume");
    }
    path = numbered(pipeline.spec.file, newest);
  }
  if (fs::exists(path / "sweep.json")) {
    throw Error(ErrorCode::usage, path.string() + " holds a sweep and no run",
                "go on with it: glia resume " + path.string());
  }
  if (!fs::exists(path / "plan.json")) {
    throw Error(
        ErrorCode::usage, path.string() + " holds no run to go on with: it has no plan.json",
        "a trial that a sweep keeps is finished; a new run is started with glia run FILE -o "
        "DIR");
  }
  const std::string changes = plan_difference(read_stages(path / "plan.json"), stages);
  if (!changes.empty()) refuse_changes(path, changes);
  fs::create_directories(path / "checkpoints");
  RunFolder folder(path, {});
  for (const auto& part : {path, folder.checkpoints(), path / "figures"}) remove_unfinished(part);
  return folder;
}

std::string RunFolder::results_text(const results::Results& results) const {
  return results::marked(path_, results::sealing_epochs(path_, results::to_json(results)));
}

void RunFolder::write_results(const results::Results& results) const {
  write_file(path_ / "results.json", results_text(results));
  write_file(path_ / "results.csv", results::to_csv(results));
  if (const std::string damage = results::damage_csv(results); !damage.empty()) {
    write_file(path_ / "damage.csv", damage);
  }
}

void RunFolder::remove_if_unused() const {
  std::error_code ignored;
  const bool used = fs::exists(checkpoints(), ignored) && !fs::is_empty(checkpoints(), ignored);
  if (made_.empty() || used) return;
  fs::remove_all(path_, ignored);
  // Parents too, where they were made for this run and nothing else has come into them.
  for (fs::path p = path_; p != made_ && fs::remove(p.parent_path(), ignored);) p = p.parent_path();
}

}  // namespace glia::report
