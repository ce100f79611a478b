// SPDX-License-Identifier: MIT
#include "serve/listing.hpp"

#include "core/files.hpp"
#include "core/shell_words.hpp"
#include "core/text_file.hpp"
#include "results/files.hpp"
#include "results/own_results.hpp"
#include "sweep/best.hpp"
#include "sweep/results_files.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <cmath>

namespace glia::serve {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

constexpr std::size_t most_looked_at = 1000;  // entries of a folder, where some are looked for

/// Of heads that are measured by the same, the one that is best on validation. Test chooses
/// nothing: its number is there, named as such, where a run has one head only.
std::optional<Best> best_of(const results::Results& results) {
  std::optional<Best> best;
  for (const auto& [id, head] : results.heads) {
    const bool validated = std::isfinite(head.validation_accuracy);
    const double value = validated ? head.validation_accuracy : head.test_accuracy;
    if (!std::isfinite(value) || (!validated && results.heads.size() > 1)) continue;
    const Metric& objective = head.objective();
    const std::string metric = (validated ? "validation_" : "test_") + objective.name;
    if (best && best->metric != metric) return std::nullopt;
    const bool better =
        !best || (objective.higher_is_better ? value > best->value : value < best->value);
    if (better) best = Best{id, metric, value};
  }
  return best;
}

Entry run_at(const fs::path& path) {
  Entry entry{.path = path, .pipeline = "", .status = "interrupted"};
  std::error_code ignored;
  if (fs::exists(path / "results.json", ignored)) {
    try {
      const std::string text = read_text_file(path / "results.json", most_results);
      entry.results = results::from_json(text);
      results::require_own(path, text);
      entry.pipeline = entry.results.pipeline;
      entry.status = entry.results.status;
      entry.best = best_of(entry.results);
    } catch (const Error&) {
      entry.results = {};
      entry.status = "damaged";
    }
  }
  if (sweep::holder_of(path)) entry.status = "running";
  return entry;
}

Entry sweep_at(const fs::path& path) {
  Entry entry{.path = path, .sweep = true, .pipeline = "", .status = "damaged"};
  try {
    const sweep::Store store(path / "sweep.sqlite", sweep::Store::Mode::read);
    store.require_place();
    entry.pipeline = store.info("pipeline");
    for (const auto& [status, count] : store.counts()) {
      entry.trials[sweep::status_name(status)] = count;
    }
    entry.status = sweep::sweep_status(store, sweep::holder_of(path).has_value());
  } catch (const Error&) {  // damaged: the rest is told all the same
  }
  return entry;
}

}  // namespace

Entry outline_at(const ResultsFolder& folder) {
  return folder.kind == ResultsFolder::Kind::sweep ? sweep_at(folder.path) : run_at(folder.path);
}

Ranked ranked(const fs::path& sweep) {
  try {
    const auto look = sweep::look_at(sweep);
    const auto ranking = sweep::rank(look.plan, look.store);
    return {
        Best{ranking.objective.head, ranking.objective.metric, ranking.points.front().objective},
        false};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::data) return {std::nullopt, true};
  }
  try {  // nothing to rank by: the rows were not looked at
    sweep::Store(sweep / "sweep.sqlite", sweep::Store::Mode::read).check_told();
    return {};
  } catch (const Error&) {
    return {std::nullopt, true};
  }
}

Entry entry_at(const ResultsFolder& folder) {
  Entry entry = outline_at(folder);
  if (!entry.sweep || entry.status == "damaged") return entry;
  const auto found = ranked(folder.path);
  entry.best = found.best;
  if (found.damaged) entry.status = "damaged";
  return entry;
}

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
      all.push_back(entry_at({path, found->kind}));
    }
  }
  return all;
}

bool holds_results(const fs::path& folder) {
  if (results_folder(folder)) return true;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (++seen > most_looked_at) return false;
    if (it->is_directory(error) && results_folder(it->path())) return true;
  }
  return false;
}

std::vector<std::string> holders_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (++seen > most_looked_at) break;
    const bool own = it->is_directory(error) && !it->is_symlink(error);
    if (own && holds_results(it->path())) names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> holder_words(const fs::path& folder) {
  std::vector<std::string> words = holders_in(folder);
  for (auto& word : words) word = path_word((folder / word).lexically_normal());
  return words;
}

ordered_json json_of(const Best& best) {
  return {{"head", best.head}, {"metric", best.metric}, {"value", best.value}};
}

ordered_json json_of(const Entry& entry) {
  ordered_json json{{"name", fs::absolute(entry.path).lexically_normal().filename().string()},
                    {"path", entry.path.string()},
                    {"kind", entry.sweep ? "sweep" : "run"},
                    {"pipeline", entry.pipeline},
                    {"status", entry.status},
                    {"best", nullptr}};
  if (entry.best) json["best"] = json_of(*entry.best);
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

}  // namespace glia::serve
