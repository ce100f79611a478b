// SPDX-License-Identifier: MIT
#include "train/metric.hpp"

#include <torch/types.h>

#include <algorithm>

namespace glia {

template <>
Registry<train::MetricEntry>& Registry<train::MetricEntry>::all() {
  static Registry registry;
  return registry;
}

namespace train {

MetricEntry metric(const char* name, const char* doc, bool higher_is_better,
                   std::function<bool(const Answers&)> applies,
                   std::function<double(const Answers&)> measure) {
  MetricEntry entry;
  entry.name = name;
  entry.doc = doc;
  entry.higher_is_better = higher_is_better;
  entry.applies = std::move(applies);
  entry.measure = std::move(measure);
  return entry;
}

std::map<std::string, double> measure_all(const Answers& answers,
                                          const std::vector<std::string>& chosen) {
  std::map<std::string, double> found;
  for (const MetricEntry* entry : Registry<MetricEntry>::all().entries()) {
    const bool wanted =
        chosen.empty() || std::find(chosen.begin(), chosen.end(), entry->name) != chosen.end();
    if (wanted && entry->applies(answers)) found[entry->name] = entry->measure(answers);
  }
  return found;
}

std::vector<std::vector<std::int64_t>> confusion_of(const Answers& answers) {
  if (!answers.classified()) return {};
  const auto n = static_cast<std::size_t>(answers.class_count);
  std::vector<std::vector<std::int64_t>> counts(n, std::vector<std::int64_t>(n));
  const auto* label = answers.targets.data_ptr<std::int64_t>();
  const auto* given = answers.classes.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < answers.targets.size(0); ++i) {
    ++counts.at(static_cast<std::size_t>(label[i])).at(static_cast<std::size_t>(given[i]));
  }
  return counts;
}

}  // namespace train
}  // namespace glia
