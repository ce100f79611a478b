// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/files.hpp"
#include "core/output.hpp"
#include "core/results_folder.hpp"
#include "core/text_file.hpp"
#include "results/files.hpp"
#include "sweep/best.hpp"
#include "sweep/results_files.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

struct Arguments {
  std::vector<std::string> folders;
  bool json = false;
};

/// What is best in a run or sweep, with the name that tells its split.
struct Best {
  std::string head, metric;
  double value = 0;
};

struct Entry {
  fs::path path;
  bool sweep = false;
  std::string pipeline, status;
  std::optional<Best> best{};
  std::map<std::string, std::size_t> trials{};  ///< of a sweep, by status
  results::Results results{};                   ///< of a run
};

/// Of a run's heads: by what the head is measured by, on validation where there is one, else on
/// test, named as such.
std::optional<Best> best_of(const results::Results& results) {
  std::optional<Best> best;
  for (const auto& [id, head] : results.heads) {
    const bool validated = std::isfinite(head.validation_accuracy);
    const double value = validated ? head.validation_accuracy : head.test_accuracy;
    const Metric& objective = head.objective();
    const bool better =
        !best || (objective.higher_is_better ? value > best->value : value < best->value);
    if (!std::isfinite(value) || !better) continue;
    best = Best{id, (validated ? "validation_" : "test_") + objective.name, value};
  }
  return best;
}

Entry run_at(const fs::path& path) {
  Entry entry{.path = path, .pipeline = "", .status = "interrupted"};
  std::error_code ignored;
  if (fs::exists(path / "results.json", ignored)) {
    try {
      entry.results = results::from_json(read_text_file(path / "results.json", most_results));
      entry.pipeline = entry.results.pipeline;
      entry.status = entry.results.status;
      entry.best = best_of(entry.results);
    } catch (const Error&) {
      entry.status = "damaged";
    }
  }
  if (sweep::holder_of(path)) entry.status = "running";
  return entry;
}

Entry sweep_at(const fs::path& path) {
  Entry entry{.path = path, .sweep = true, .pipeline = "", .status = "damaged"};
  try {
    const auto look = sweep::look_at(path);
    entry.pipeline = look.plan.pipeline;
    entry.status = sweep::sweep_status(look.store, sweep::holder_of(path).has_value());
    for (const auto& [status, count] : look.store.counts()) {
      entry.trials[sweep::status_name(status)] = count;
    }
    const auto ranking = sweep::rank(look.plan, look.store);
    entry.best =
        Best{ranking.objective.head, ranking.objective.metric, ranking.points.front().objective};
  } catch (const Error&) {  // damaged, or nothing to rank by: the rest is told all the same
  }
  return entry;
}

/// Runs and sweeps in a folder, by name; the folder itself, if it is one.
std::vector<Entry> entries_in(const fs::path& folder) {
  std::vector<fs::path> paths{folder};
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    paths.push_back(it->path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Entry> all;
  for (const auto& path : paths) {
    if (const auto found = results_folder(path)) {
      all.push_back(found->kind == ResultsFolder::Kind::sweep ? sweep_at(path) : run_at(path));
    }
  }
  return all;
}

ordered_json json_of(const Entry& entry) {
  ordered_json json{{"name", fs::absolute(entry.path).lexically_normal().filename().string()},
                    {"path", entry.path.string()},
                    {"kind", entry.sweep ? "sweep" : "run"},
                    {"pipeline", entry.pipeline},
                    {"status", entry.status},
                    {"best", nullptr}};
  if (entry.best) {
    json["best"] = {
        {"head", entry.best->head}, {"metric", entry.best->metric}, {"value", entry.best->value}};
  }
  if (entry.sweep) {
    json["trials"] = entry.trials;
    return json;
  }
  json["heads"] = ordered_json::object();
  for (const auto& [id, head] : entry.results.heads) {
    const std::string& objective = head.objective().name;
    json["heads"][id] = {{"test_" + objective, head.test_accuracy}};
    if (std::isfinite(head.validation_accuracy)) {
      json["heads"][id]["validation_" + objective] = head.validation_accuracy;
    }
  }
  return json;
}

void print_text(const std::vector<Entry>& entries) {
  std::size_t width = 4;
  for (const auto& entry : entries) width = std::max(width, entry.path.string().size());
  for (const auto& entry : entries) {
    std::string state = entry.status;
    if (entry.sweep) {
      std::size_t all = 0;
      for (const auto& [status, count] : entry.trials) all += count;
      const auto done = entry.trials.find("ok");
      state += fmt::format(", {} of {} trials", done == entry.trials.end() ? 0 : done->second, all);
    }
    print("%-*s  %-5s  %-28s", static_cast<int>(width), entry.path.c_str(),
          entry.sweep ? "sweep" : "run", state.c_str());
    if (entry.best) {
      print("  %s.%s %.4f", entry.best->head.c_str(), entry.best->metric.c_str(),
            entry.best->value);
    }
    print("\n");
  }
}

int list(const Arguments& arguments) {
  const bool given = !arguments.folders.empty();
  std::vector<Entry> all;
  for (const auto& folder : given ? arguments.folders : std::vector<std::string>{"runs"}) {
    std::error_code ignored;
    if (given && !fs::is_directory(folder, ignored)) {
      throw Error(ErrorCode::usage, "there is no folder " + folder);
    }
    for (auto& entry : entries_in(folder)) all.push_back(std::move(entry));
  }
  if (arguments.json) {
    auto json = ordered_json::array();
    for (const auto& entry : all) json.push_back(json_of(entry));
    put(json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n');
    return ok;
  }
  print_text(all);
  if (all.empty())
    std::fprintf(stderr, "no runs or sweeps in %s\n",
                 given ? arguments.folders.front().c_str() : "runs/");
  return ok;
}

}  // namespace

void add_ls(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("ls", "List runs and sweeps with their state and best number");
  auto a = std::make_shared<Arguments>();
  command->add_option("DIR", a->folders, "Folders that hold them (default runs)");
  command->add_flag("--json", a->json, "As JSON: a list");
  command->callback([a, &session] { session.action = [a] { return list(*a); }; });
}

}  // namespace glia::cli
