// SPDX-License-Identifier: MIT
#include "report/reproduction.hpp"

#include "core/diagnostics.hpp"
#include "core/text.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> ids_of(const Published& published) {
  std::vector<std::string> ids;
  for (const auto& experiment : published.experiments) ids.push_back(experiment.id);
  return ids;
}

/// "leak" of "runs/leak-001".
bool is_named(const fs::path& folder, const std::string& id) {
  const std::string name = fs::absolute(folder).lexically_normal().filename().string();
  if (!name.starts_with(id)) return false;
  const std::string rest = name.substr(id.size());
  return rest.empty() ||
         (rest[0] == '-' && rest.find_first_not_of("0123456789", 1) == std::string::npos);
}

bool ran_file(const Study& study, const std::string& id) {
  if (!study.provenance.is_object() || !study.provenance.contains("command")) return false;
  for (const auto& word : study.provenance["command"]) {
    if (word.is_string() && fs::path(word.get<std::string>()).filename() == id + ".toml")
      return true;
  }
  return false;
}

std::string experiment_of(const Published& published, const fs::path& folder) {
  for (const auto& experiment : published.experiments) {
    if (is_named(folder, experiment.id)) return experiment.id;
  }
  const Study study = read_study(folder);
  for (const auto& experiment : published.experiments) {
    if (ran_file(study, experiment.id)) return experiment.id;
  }
  throw Error(
      ErrorCode::usage,
      fmt::format("which experiment {} repeats cannot be told from its name", folder.string()),
      fmt::format("write ID={} with one of {}", folder.string(), quoted_list(ids_of(published))));
}

/// The head whose id is the series' name, or else the only one that contains it.
std::string head_of(const Study& study, const std::string& series) {
  std::vector<std::string> fitting;
  for (const auto& id : study.heads()) {
    if (id == series) return id;
    if (id.find(series) != std::string::npos) fitting.push_back(id);
  }
  if (fitting.size() > 1) {
    throw Error(ErrorCode::usage,
                fmt::format("{}: heads {} all contain '{}'", study.folder.string(),
                            quoted_list(fitting), series),
                "let only one head's id contain it");
  }
  return fitting.empty() ? "" : fitting[0];
}

std::vector<Levels> levels_by(const Study& study, const std::string& wanted) {
  if (wanted.empty()) return {};
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    const auto& path = study.axes[i].path;
    if (path == wanted || path.ends_with('.' + wanted)) {
      return {levels_of(study, i, study.axes[i].values.size())};
    }
  }
  if (study.axes.size() == 1) return {levels_of(study, 0, study.axes[0].values.size())};
  throw Error(ErrorCode::usage,
              fmt::format("{} does not vary '{}', which this experiment does",
                          study.folder.string(), wanted),
              "run the sweep over that setting, or give another folder");
}

bool same_level(const std::string& a, const std::string& b) {
  const auto x = as_number(a), y = as_number(b);
  return x && y ? std::abs(*x - *y) <= 1e-9 * std::max(1.0, std::abs(*x)) : a == b;
}

const PublishedValue* value_at(const PublishedSeries& series, const std::string& at) {
  for (const auto& value : series.values) {
    if (same_level(value.at, at)) return &value;
  }
  return nullptr;
}

std::string hundredths(double fraction) { return rounded(100 * fraction, 2); }

std::size_t collapsed_runs(const std::vector<double>& runs, double at) {
  return static_cast<std::size_t>(std::count_if(
      runs.begin(), runs.end(), [&](double run) { return std::abs(run - at) < 5e-5; }));
}

void judge(const Published& published, ReproducedValue& value) {
  value.difference = results::unknown;
  if (!value.ours || !value.theirs || value.ours->test.values.empty()) return;
  const auto& runs = value.ours->test.values;
  const PublishedValue& theirs = *value.theirs;
  value.difference = median_of(runs) - theirs.median;
  if (!theirs.comparable) return;
  if (theirs.runs.size() > 1 && runs.size() > 1) {
    const TestResult test = mann_whitney(theirs.runs, runs);
    value.test = fmt::format("{}: {}", test.name, p_text(test));
    value.verdict = test.p >= 0.05 ? "within" : "outside";
    const TestResult counts =
        fisher_exact(collapsed_runs(theirs.runs, published.collapsed_at), theirs.runs.size(),
                     value.ours->test.collapsed, runs.size());
    value.collapse = fmt::format("{}: {}", counts.name, p_text(counts));
  } else if (runs.size() > 1 && (std::isfinite(theirs.median) || std::isfinite(theirs.mean))) {
    const bool of_median = std::isfinite(theirs.median);
    const std::size_t n = theirs.n ? theirs.n : runs.size();
    const Interval next = of_median ? next_median_interval(runs, n) : next_mean_interval(runs, n);
    const Interval wider{next.low - theirs.reading_error, next.high + theirs.reading_error};
    value.test = fmt::format("bootstrap prediction of the {} of {} runs: {} to {}",
                             of_median ? "median" : "mean", n, hundredths(wider.low),
                             hundredths(wider.high));
    if (wider.high - wider.low > 0.2) value.test += ", so wide that it says little";
    value.verdict = wider.holds(of_median ? theirs.median : theirs.mean) ? "within" : "outside";
  }
}

}  // namespace

std::map<std::string, fs::path> match_folders(const Published& published,
                                              const std::vector<std::string>& arguments) {
  std::map<std::string, fs::path> folders;
  const auto ids = ids_of(published);
  for (const auto& argument : arguments) {
    const auto equals = argument.find('=');
    std::string id;
    fs::path folder;
    if (equals != std::string::npos && !fs::exists(argument)) {
      id = argument.substr(0, equals);
      folder = find_study(argument.substr(equals + 1));
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        const std::string guess = did_you_mean(id, ids);
        throw Error(ErrorCode::usage, fmt::format("there is no published experiment '{}'", id),
                    guess.empty() ? "there are " + quoted_list(ids) : guess);
      }
    } else {
      folder = find_study(argument);
      id = experiment_of(published, folder);
    }
    if (!folders.emplace(id, folder).second) {
      throw Error(ErrorCode::usage,
                  fmt::format("two folders are given for the experiment '{}': {} and {}", id,
                              folders[id].string(), folder.string()));
    }
  }
  return folders;
}

Reproduction reproduce(const Published& published, const PublishedExperiment& experiment,
                       Study study) {
  Reproduction result;
  result.experiment = &experiment;
  result.study = std::move(study);
  result.groups = group_trials(result.study, levels_by(result.study, experiment.axis));
  bool any = false;
  for (const auto& series : experiment.series) {
    const std::string head = head_of(result.study, series.name);
    any = any || !head.empty();
    for (const auto& group : result.groups) {
      const std::string at = group.labels.empty() ? "" : group.labels[0];
      const auto sample = group.heads.find(head);
      ReproducedValue value{
          series.name, at, nullptr, value_at(series, at), group.failed, results::unknown,
          "",          "", ""};
      if (sample != group.heads.end()) value.ours = &sample->second;
      if (!value.ours && !value.theirs) continue;
      judge(published, value);
      result.values.push_back(std::move(value));
    }
    // Published levels that the sweep left out are shown all the same.
    for (const auto& theirs : series.values) {
      const bool met = std::any_of(result.values.begin(), result.values.end(), [&](const auto& v) {
        return v.series == series.name && v.theirs == &theirs;
      });
      if (!met) {
        result.values.push_back(
            {series.name, theirs.at, nullptr, &theirs, 0, results::unknown, "", "", ""});
      }
    }
  }
  if (!any) {
    throw Error(
        ErrorCode::usage,
        fmt::format("{} has no head that belongs to {}: heads are {}", result.study.folder.string(),
                    experiment.id, quoted_list(result.study.heads())),
        "a head belongs to a series if its id contains the series' name");
  }
  for (const auto& trial : result.study.trials) {
    for (const auto& [id, head] : trial.heads) {
      if (!head.curve.empty()) result.epochs = std::max(result.epochs, head.curve.back().epoch);
    }
  }
  return result;
}

}  // namespace glia::report
