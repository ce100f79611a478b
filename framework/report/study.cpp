// SPDX-License-Identifier: MIT
#include "report/study.hpp"

#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/log.hpp"
#include "core/provenance_file.hpp"
#include "core/results_folder.hpp"
#include "core/sealed_json.hpp"
#include "core/shell_words.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"
#include "report/tolerance.hpp"
#include "results/json_reader.hpp"
#include "results/own_results.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* no_results_hint =
    "name the folder that `glia run` or `glia sweep` left behind, or its name under runs/";

constexpr const char* sweep_anew =
    "glia resume SWEEP writes it anew from the sweep's store, and runs what is left";
constexpr const char* run_anew =
    "put it back from a copy; of a run that is done, glia resume RUN writes it anew from its "
    "checkpoints";

bool is_seed(const std::string& path) { return path == "pipeline.seed" || path == "seed"; }

std::string error_text(const results::Reader& from) { return one_line(from.any_text()); }

Trial read_trial(const results::Reader& from) {
  Trial trial;
  trial.number = from.at("trial").count();
  if (from.has("seed")) trial.seed = from.at("seed").seed();
  trial.status = from.at("status").text();
  if (from.has("heads")) {
    from.at("heads").each_member([&](const std::string& id, const results::Reader& head) {
      trial.heads[id] = results::read_head(head);
    });
  }
  if (from.has("seconds")) trial.seconds = from.at("seconds").number();
  if (from.has("error") && !from.at("error").is_null()) trial.error = error_text(from.at("error"));
  if (from.has("command") && !from.at("command").is_null()) {
    trial.command = from.at("command").text();
  }
  return trial;
}

/// The names of a head's classes are those of its first trial: all have the same data.
void read_class_names(const results::Reader& trial, Study& study) {
  if (!trial.has("heads")) return;
  trial.at("heads").each_member([&](const std::string& id, const results::Reader& head) {
    if (!head.has("class_names") || study.class_names.count(id) > 0) return;
    auto& names = study.class_names[id];
    head.at("class_names").each_element([&](const results::Reader& name) {
      names.push_back(name.text());
    });
  });
}

/// Takes the trials out of the text while it is parsed, so that no more than one is held as JSON.
class SweepParser {
 public:
  explicit SweepParser(Study& study) : study_(study) {}

  json parse(const std::string& text) {
    try {
      return read_json(text, [this](int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key && depth == 1) key_ = parsed.get<std::string>();
        if (event != json::parse_event_t::object_end || depth != 2 || key_ != "trials") return true;
        take(parsed);
        return false;
      });
    } catch (const json::exception& e) {
      throw Error(ErrorCode::data, json_trouble(e, text));
    }
  }

  /// Once the axes are known, whatever the order of the text was.
  void place_values() {
    for (std::size_t i = 0; i < study_.trials.size(); ++i) {
      for (auto& axis : study_.axes) {
        const auto value = values_[i].find(axis.path);
        study_.trials[i].values.push_back(value == values_[i].end() ? "" : value->second);
        if (value != values_[i].end()) axis.values.push_back(value->second);
      }
    }
  }

 private:
  void take(const json& parsed) {
    const results::Reader from(parsed, fmt::format("trials[{}]", study_.trials.size()));
    study_.trials.push_back(read_trial(from));
    read_class_names(from, study_);
    auto& values = values_.emplace_back();
    if (!from.has("values")) return;
    from.at("values").each_member([&](const std::string& path, const results::Reader& value) {
      if (!value.is_null()) values[path] = one_line(value.any_text());
    });
  }

  Study& study_;
  std::string key_;
  std::vector<std::map<std::string, std::string>> values_;
};

/// Every value once; numbers ascending, all else in the order first met.
void tidy(Axis& axis) {
  std::set<std::string> seen;
  std::vector<std::string> values;
  for (auto& value : axis.values) {
    if (seen.insert(value).second) values.push_back(std::move(value));
  }
  axis.numeric = !values.empty() && std::all_of(values.begin(), values.end(), [](const auto& text) {
    return as_number(text).has_value();
  });
  if (axis.numeric) {
    std::stable_sort(values.begin(), values.end(),
                     [](const auto& a, const auto& b) { return *as_number(a) < *as_number(b); });
  }
  axis.values = std::move(values);
}

void read_sampler(const results::Reader& from, Study& study) {
  study.sampler = from.at("name").text();
  if (!from.has("objective")) return;
  study.objective = from.at("objective").text();
  study.minimize = from.at("direction").text() == "minimize";
}

/// What the sweep worked out when it ended (sweep/importances.hpp).
void read_importances(const results::Reader& from, Study& study) {
  study.importances.method = fmt::format(
      "permutation importance in a forest of regression trees over {} points, which explains a "
      "share of {} of {}",
      from.at("points").count(), rounded(from.at("explained").number(), 2),
      from.at("objective").text());
  from.at("axes").each_element([&](const results::Reader& axis) {
    study.importances.shares.emplace_back(axis.at("path").text(), axis.at("share").number());
  });
}

void read_sweep(const std::string& text, Study& study) {
  try {
    require_seal(text, "");
  } catch (const Error& e) {
    throw Error(e.code(), e.message(), sweep_anew);
  }
  SweepParser parser(study);
  const json root = parser.parse(text);
  const results::Reader from(root, "");
  study.sweep = true;
  if (from.has("id")) study.id = from.at("id").text();
  study.pipeline = from.at("pipeline").text();
  study.status = from.at("status").text();
  from.at("axes").each_element([&](const results::Reader& axis) {
    const std::string path = axis.at("path").text();
    if (is_seed(path)) return;
    auto& added = study.axes.emplace_back(Axis{.path = path, .values = {}});
    axis.at("values").each_element(
        [&](const results::Reader& value) { added.values.push_back(one_line(value.any_text())); });
    added.sampled = axis.has("sampled") && axis.at("sampled").yes_or_no();
    added.logarithmic = axis.has("scale") && axis.at("scale").text() == "log";
  });
  if (from.has("sampler")) read_sampler(from.at("sampler"), study);
  if (from.has("data")) {
    from.at("data").each_member([&](const std::string& id, const results::Reader& digest) {
      study.data[id] = digest.text();
    });
  }
  if (from.has("importances")) read_importances(from.at("importances"), study);
  from.at("trials").each_element([](const results::Reader& left) { left.expected("an object"); });
  parser.place_values();
  for (auto& axis : study.axes) tidy(axis);
}

void read_run(const std::string& text, Study& study) {
  results::Results results = results::from_json(text);
  study.pipeline = results.pipeline;
  study.status = results.status;
  Trial trial;
  trial.number = 1;
  trial.seed = results.seed;
  trial.status = results.status;
  trial.error = one_line(results.error);
  trial.seconds = 0;
  for (const auto& [id, stage] : results.stages) trial.seconds += stage.seconds;
  trial.heads = std::move(results.heads);
  study.encoders = std::move(results.encoders);
  study.trials.push_back(std::move(trial));
}

/// Whatever the order of its keys: only the results of a sweep name this format.
bool is_sweep(const std::string& text) { return text.find("\"glia-sweep/") != std::string::npos; }

}  // namespace

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

bool Study::is_search() const {
  return std::any_of(axes.begin(), axes.end(), [](const Axis& axis) { return axis.sampled; }) ||
         (!sampler.empty() && sampler != "grid" && !axes.empty());
}

std::vector<std::string> Study::heads() const {
  std::set<std::string> ids;
  for (const auto& trial : trials) {
    for (const auto& [id, head] : trial.heads) ids.insert(id);
  }
  return {ids.begin(), ids.end()};
}

fs::path find_study(const std::string& path_or_id) {
  std::error_code ignored;
  const fs::path given = path_or_id, under_runs = fs::path("runs") / path_or_id;
  if (fs::is_directory(given, ignored)) return given;
  if (fs::is_directory(under_runs, ignored)) return under_runs;
  if (fs::exists(given, ignored)) {
    throw Error(ErrorCode::usage, path_or_id + " is a file, not a folder", no_results_hint);
  }
  std::vector<std::string> known;
  for (const auto& entry : fs::directory_iterator("runs", ignored)) {
    known.push_back(entry.path().filename().string());
  }
  const std::string guess = did_you_mean(path_or_id, known);
  throw Error(ErrorCode::usage,
              fmt::format("there is no folder {} and no run of that name under runs/", path_or_id),
              guess.empty() ? no_results_hint : guess);
}

Study read_study(const fs::path& folder) {
  Study study;
  study.folder = folder.has_filename() ? folder : folder.parent_path();
  study.id = fs::absolute(study.folder).lexically_normal().filename().string();
  const fs::path file = study.folder / "results.json";
  if (!fs::exists(file) && results_folder(study.folder)) {
    throw Error(ErrorCode::usage, study.folder.string() + " has no results yet: it has not ended",
                "wait for it, or go on with it: glia resume " + study.folder.string());
  }
  if (!fs::exists(file)) {
    throw Error(ErrorCode::usage, study.folder.string() + " holds no results.json",
                no_results_hint);
  }
  std::string text;
  try {
    text = read_text_file(file, most_results);
    is_sweep(text) ? read_sweep(text, study) : read_run(text, study);
  } catch (Error& e) {
    if (e.code() != ErrorCode::data) throw;
    const bool sweep = fs::exists(study.folder / "sweep.json");
    throw Error(ErrorCode::data, fmt::format("{}: {}", file.string(), e.message()),
                !e.hint().empty() ? e.hint()
                : sweep           ? sweep_anew
                                  : run_anew);
  }
  results::require_own(study.folder, text);
  try {
    name_tolerances(study, Settings::read(study.folder));
  } catch (const Error&) {  // settings that cannot be read are told where they are compared
  }
  study.provenance = read_provenance(study.folder / "provenance.json");
  results::require_own_parts(study.folder, study.provenance);
  return study;
}

void tell_of_changes(const Study& study) {
  if (!study.provenance.is_object()) return;
  const auto resumed = study.provenance.find("resumed");
  if (resumed == study.provenance.end() || !resumed->is_array()) return;
  for (const auto& each : *resumed) {
    const auto changes = each.is_object() ? each.find("changes") : each.end();
    if (changes == each.end() || !changes->is_string()) continue;
    std::string text = plain_text(changes->get<std::string>());
    while (text.ends_with('\n')) text.pop_back();
    log().warn(
        "{} was gone on with other data, plugins or settings of the pipeline, so that its trials "
        "differ in more than their values and seeds:\n{}",
        study.folder.string(), text);
  }
}

std::string repeat_command(const Study& study, const Trial& trial) {
  if (!trial.command.empty()) return trial.command;
  std::vector<std::string> words{"glia", "run", (study.folder / "pipeline.toml").string()};
  for (std::size_t i = 0; i < trial.values.size(); ++i) {
    if (trial.values[i].empty()) continue;
    words.push_back(fmt::format("{}={}", study.axes[i].path, trial.values[i]));
  }
  words.push_back(fmt::format("pipeline.seed={}", trial.seed));
  return shell_words(words);
}

std::vector<std::pair<std::string, std::string>> origin_of(const Study& study) {
  std::vector<std::pair<std::string, std::string>> known;
  const json& all = study.provenance;
  const auto text = [&](const char* pointer) -> std::string {
    const json::json_pointer place(pointer);
    if (!all.is_object() || !all.contains(place) || all[place].is_null()) return {};
    return one_line(all[place].is_string() ? all[place].get<std::string>() : json_text(all[place]));
  };
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) known.emplace_back(name, value);
  };
  add("started", text("/started"));
  std::string version = text("/glia/version");
  if (const auto commit = text("/glia/commit"); !commit.empty()) {
    version += fmt::format(" (commit {}{}", commit.substr(0, 12),
                           text("/glia/dirty") == "true" ? ", with changes)" : ")");
  }
  add("glia", version);
  const std::string cores = text("/machine/cores");
  add("machine", text("/machine/cpu") + (cores.empty() ? "" : fmt::format(", {} cores", cores)));
  add("system", text("/machine/kernel"));
  std::string libraries;
  if (all.is_object() && all.contains("libraries")) {
    for (const auto& [name, value] : all["libraries"].items()) {
      if (!value.is_string()) continue;
      libraries += (libraries.empty() ? "" : ", ") + name + ' ' + value.get<std::string>();
    }
  }
  add("libraries", one_line(libraries));
  std::string command;
  if (all.is_object() && all.contains("command") && all["command"].is_array()) {
    for (const auto& word : all["command"]) {
      const std::string text = word.is_string() ? word.get<std::string>() : "";
      // Where the program lay is of no use to whoever repeats it.
      command += command.empty() ? fs::path(text).filename().string() : ' ' + text;
    }
  }
  add("command", one_line(command));
  return known;
}

}  // namespace glia::report
