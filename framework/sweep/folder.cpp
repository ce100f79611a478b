// SPDX-License-Identifier: MIT
#include "sweep/folder.hpp"

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/process.hpp"
#include "core/provenance.hpp"
#include "core/provenance_file.hpp"
#include "core/results_folder.hpp"
#include "core/sealed_json.hpp"
#include "core/shell_words.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"
#include "core/unfinished_files.hpp"
#include "core/write_trouble.hpp"
#include "results/own_results.hpp"
#include "sweep/kept_trials.hpp"
#include "sweep/results_files.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>
#include <utility>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

/// runs/<name>-001, runs/<name>-002, ...: the first that could be made.
fs::path make_numbered(const std::string& file) {
  for (int number = 1;; ++number) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "-%03d", number);
    const fs::path path = fs::path("runs") / (fs::path(file).stem().string() + digits);
    std::error_code error;
    fs::create_directories("runs", error);
    if (!error && fs::create_directory(path, error)) return path;
    if (error) {
      refuse_folder(ErrorCode::usage, path, error, "choose a writable place with -o DIR");
    }
  }
}

fs::path make_folder(const fs::path& wanted, const std::string& file) {
  if (wanted.empty()) return make_numbered(file);
  const fs::path path = wanted.has_filename() ? wanted : wanted.parent_path();  // "out/" is "out"
  std::error_code error;
  if (fs::is_directory(path, error) && fs::is_empty(path, error) && !error) return path;
  if (fs::exists(path, error)) {
    throw Error(ErrorCode::usage, path.string() + " is there already; nothing is ever overwritten",
                "choose a name that is free: glia makes the folder" +
                    (fs::exists(path / "plan.json", error)
                         ? ", or go on with that sweep: glia resume " + path_word(path)
                         : std::string()));
  }
  fs::create_directories(path, error);
  if (error) {
    refuse_folder(ErrorCode::usage, path, error, "choose a writable place with -o DIR");
  }
  return path;
}

FileLock take(const fs::path& path) {
  auto lock = FileLock::try_take(path / ".lock");
  for (int i = 0; i < 5 && !lock; ++i) {  // whoever looks at its state holds the lock for a moment
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (auto again = FileLock::try_take(path / ".lock")) lock.emplace(std::move(*again));
  }
  if (!lock) {
    const auto holder = holder_of(path);
    throw Error(
        ErrorCode::usage,
        fmt::format("another glia is at work in {}{}", path.string(),
                    holder ? fmt::format(": process {} on {}", holder->pid, holder->host) : ""),
        fmt::format("look with: glia status {}; end it with: glia stop {}", path.string(),
                    path.string()));
  }
  const json note{{"host", host_name()}, {"pid", ::getpid()}};
  write_file(path / "host.json", json_text(note) + '\n');
  return std::move(*lock);
}

/// Of a folder that was just made: where that cannot be written (a full disk), it is removed, so
/// that it does not stand in the way of the next attempt.
FileLock take_new(const fs::path& path) {
  try {
    return take(path);
  } catch (const Error& e) {
    std::error_code ignored;
    if (e.code() == ErrorCode::io) {
      fs::remove(path / ".lock", ignored);
      fs::remove(path, ignored);
    }
    throw;
  }
}

Plan read_plan(const fs::path& file) {
  try {
    return parse_plan(read_text_file(file, most_results));
  } catch (const Error& e) {
    throw Error(
        e.code(), fmt::format("{}: {}", file.string(), e.message()),
        "put it back from a copy, or start the sweep anew in another folder: results.csv and "
        "results.json hold what was computed, and what was trained is in the cache");
  }
}

/// A sweep that learns has more trials than there are yet, until there are so many.
void put(const Plan& plan, Store& store) {
  store.add(plan);
  if (plan.objective) store.set_info("trials", std::to_string(plan.expected));
}

std::string origin_text(const Origin& o) {
  nlohmann::ordered_json origin{{"format", origin_format}};
  if (!o.mark.empty()) origin[mark_key] = o.mark;
  origin.update({{"file", o.file},
                 {"cwd", o.cwd},
                 {"overrides", o.overrides},
                 {"plugin_path", o.plugin_path},
                 {"cache", o.cache},
                 {"launcher", o.launcher},
                 {"pipeline_sha256", o.pipeline_sha256}});
  if (!o.resolved_sha256.empty()) origin[results::resolved_key] = o.resolved_sha256;
  return json_text(sealed(origin), 2) + '\n';
}

}  // namespace

Folder::Folder(fs::path path, FileLock lock, Plan plan, Origin origin, Store store)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      plan_(std::move(plan)),
      origin_(std::move(origin)),
      store_(std::move(store)) {}

Folder Folder::create(const fs::path& wanted, const config::PipelineTemplate& source,
                      const Plan& made, const Origin& given,
                      const std::vector<std::string>& command_line) {
  require_text({given.cwd, given.file, given.cache, wanted});
  for (const auto& folder : given.plugin_path) require_text({folder});
  Origin origin = given;
  origin.pipeline_sha256 = sha256_hex(source.text());
  const fs::path path = make_folder(wanted, source.file());
  origin.mark = new_mark(path);
  Plan plan = made;
  plan.mark = origin.mark;
  FileLock lock = take_new(path);
  if (fs::exists(path / "plan.json")) {  // another has just made it
    throw Error(ErrorCode::usage, path.string() + " is there already; nothing is ever overwritten");
  }
  try {
    write_file(path / "pipeline.toml", source.text());
    const auto resolved = source.make(std::vector<config::Setting>{}).resolved_toml();
    origin.resolved_sha256 = sha256_hex(resolved);
    write_file(path / "resolved.toml", resolved);
    auto made_by = provenance(command_line);
    made_by[mark_key] = origin.mark;
    write_file(path / "provenance.json", provenance_text(made_by));
    write_file(path / "sweep.json", origin_text(origin));
    Store store(path / "sweep.sqlite", Store::Mode::create);
    put(plan, store);
    store.set_info("pipeline", plan.pipeline);
    store.set_info("id", path.filename().string());
    store.set_info(mark_key, plan.mark);
    if (source.sweep().keep) KeptTrials::note(plan, *source.sweep().keep, store);
    store.commit();
    // Last: what has a plan is complete.
    write_file(path / "plan.json", plan_text(plan));
    Folder folder(path, std::move(lock), std::move(plan), std::move(origin), std::move(store));
    folder.write_results(true);
    return folder;
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
    throw;
  }
}

Folder Folder::open(const fs::path& path) {
  FileLock lock = take(path);
  remove_unfinished(path);
  Plan plan = read_plan(path / "plan.json");
  Store store(path / "sweep.sqlite", Store::Mode::write);
  store.require_place();
  store.complete(plan);
  store.require(plan);
  put(plan, store);  // an extension may have been cut off between plan and store
  store.commit();
  return Folder(path, std::move(lock), std::move(plan), read_origin(path), std::move(store));
}

std::string Folder::pipeline_text() const { return read_pipeline(path_, origin_); }

fs::path Folder::cache() const {
  return origin_.cache.empty() ? fs::absolute(path_) / "cache" : fs::path(origin_.cache);
}

fs::path Folder::trial(std::size_t number) const {
  return fs::absolute(path_) / "trials" / std::to_string(number);
}

void Folder::extend(Plan plan, std::vector<std::string> overrides) {
  origin_.overrides = std::move(overrides);
  plan_ = std::move(plan);
  plan_.mark = origin_.mark;
  write_file(path_ / "plan.json", plan_text(plan_));
  write_file(path_ / "sweep.json", origin_text(origin_));
  put(plan_, store_);
  store_.commit();
}

void Folder::grow(const Plan& plan) {
  plan_ = plan;
  plan_.mark = origin_.mark;
  put(plan_, store_);
  store_.commit();
}

void Folder::note_resumed(const std::vector<std::string>& command_line,
                          const std::string& changes) const {
  const fs::path file = path_ / "provenance.json";
  json all;
  try {
    all = read_provenance(file);
    if (all.is_object() && all.value(mark_key, origin_.mark) != origin_.mark) {
      throw Error(ErrorCode::data, file.string() + " is of another sweep");
    }
  } catch (const Error& e) {  // nothing is computed from it: it is kept, and the rest can be told
    const fs::path kept = path_ / "provenance.damaged.json";
    std::error_code error;
    fs::rename(file, kept, error);
    if (error) throw;
    log().warn("{}; it is kept as {}, and a new one begins", e.message(), kept.string());
    all = nullptr;
  }
  if (all.is_null()) all = json::object();
  if (!origin_.mark.empty()) all[mark_key] = origin_.mark;
  json entry = provenance(command_line);
  if (!changes.empty()) entry["changes"] = changes;
  all["resumed"].push_back(std::move(entry));
  write_file(file, provenance_text(all));
}

void Folder::write_results(bool at_work) {
  store_.commit();
  write_file(path_ / "results.csv", results_csv(plan_, store_));
  if (const std::string damage = damage_csv(plan_, store_); !damage.empty()) {
    write_file(path_ / "damage.csv", damage);
  }
  write_file(path_ / "results.json",
             results_json(plan_, store_, id(), sweep_status(store_, at_work)));
}

}  // namespace glia::sweep
