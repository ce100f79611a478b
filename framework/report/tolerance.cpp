// SPDX-License-Identifier: MIT
#include "report/tolerance.hpp"

#include "results/metric_text.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>

namespace glia::report {
namespace {

/// Between the name of a metric, which has no spaces, and what is said of it.
constexpr const char* within = " within ";

std::string tolerance_of(const std::string& head) { return "head." + head + ".tolerance"; }

void name_tolerance(results::HeadResult& head, const std::string& tolerance) {
  Metric& objective = head.own_metrics.front();
  if (!tolerance.empty() && results::is_accuracy(objective)) objective.name += within + tolerance;
}

}  // namespace

std::string key_of(const Metric& metric) { return metric.name.substr(0, metric.name.find(' ')); }

std::string title_of(const Metric& metric) {
  std::string title = metric.name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

void name_tolerances(Study& study, const Settings& settings) {
  for (auto& trial : study.trials) {
    for (auto& [id, head] : trial.heads) {
      const std::string path = tolerance_of(id);
      std::string tolerance = settings.find(path).value_or("");
      for (std::size_t a = 0; a < study.axes.size() && a < trial.values.size(); ++a) {
        if (study.axes[a].path == path && !trial.values[a].empty()) tolerance = trial.values[a];
      }
      name_tolerance(head, tolerance);
    }
  }
}

results::Results with_tolerances(results::Results results, const std::filesystem::path& folder) {
  const Settings settings = Settings::read(folder);
  for (auto& [id, head] : results.heads) {
    name_tolerance(head, settings.find(tolerance_of(id)).value_or(""));
  }
  return results;
}

}  // namespace glia::report
