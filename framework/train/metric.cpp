// SPDX-License-Identifier: MIT
#include "train/metric.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

std::vector<Metric> metrics_of(const Head& head) {
  constexpr const char* letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  auto all = head.metrics();
  if (all.empty()) {
    throw Error(ErrorCode::internal, "the head declares no metric",
                "let metrics() name at least its objective");
  }
  std::set<std::string> known{"loss"};
  for (const MetricEntry* entry : Registry<MetricEntry>::all().entries()) known.insert(entry->name);
  for (const Metric& metric : all) {
    if (metric.name.empty() || metric.name.find_first_not_of(letters) != std::string::npos) {
      throw Error(ErrorCode::internal,
                  fmt::format("the head declares a metric called '{}'", metric.name),
                  "use lower-case letters, digits and underscores");
    }
    if (known.insert(metric.name).second) continue;
    throw Error(ErrorCode::internal,
                fmt::format("the head declares a metric '{}', and the name is taken", metric.name),
                "choose another name");
  }
  return all;
}

std::map<std::string, double> measure_own(const Head& head, const Answers& answers) {
  const auto metrics = head.metrics();
  std::map<std::string, double> found;
  if (metrics.size() < 2) return found;
  const at::Tensor all = head.measure(answers.output, answers.targets);
  const std::vector<std::int64_t> wanted{answers.output.size(0),
                                         static_cast<std::int64_t>(metrics.size())};
  if (all.sizes() != wanted) {
    throw Error(ErrorCode::internal,
                fmt::format("the head declares {} metrics, but measures a tensor of shape {}",
                            metrics.size(), c10::str(all.sizes())),
                "let measure() give one column for each, one row for each sample");
  }
  const at::Tensor means = all.to(at::kDouble).mean(0).contiguous();
  for (std::size_t i = 1; i < metrics.size(); ++i) {
    found[metrics[i].name] = means.data_ptr<double>()[i];
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
