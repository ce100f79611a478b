// SPDX-License-Identifier: MIT
#include "train/reported.hpp"

#include "core/diagnostics.hpp"
#include "train/metric.hpp"

#include <glia/sdk/head.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>

namespace glia::train {
namespace {

/// Two answers of a head to such data, as they may be.
Answers some_answers(const SampleSpec& data) {
  constexpr std::int64_t some = 2;  // samples
  const bool labels = data.classes > 0;
  const at::Tensor output = at::zeros({some, labels ? data.classes : data.target_width});
  return {.output = output,
          .classes = labels ? at::zeros({some}, at::kLong) : at::Tensor(),
          .targets = labels ? at::zeros({some}, at::kLong) : output,
          .class_count = data.classes};
}

}  // namespace

std::vector<std::string> reported_by(const config::HeadNode& node, const SampleSpec& data) {
  const Answers answers = some_answers(data);
  std::vector<std::string> all{"validation_loss"};
  const auto head = node.use.plugin->descriptor->make_head(node.use.values);
  for (const Metric& metric : metrics_of(*head)) all.push_back("validation_" + metric.name);
  const auto& chosen = node.metrics;
  for (const MetricEntry* entry : Registry<MetricEntry>::all().entries()) {
    const bool wanted =
        chosen.empty() || std::find(chosen.begin(), chosen.end(), entry->name) != chosen.end();
    if (wanted && entry->applies(answers)) all.push_back("validation_" + entry->name);
  }
  all.insert(all.end(), {"parameters", "kept_epoch"});
  return all;
}

void check_metrics(const config::PipelineSpec& spec, const graph::Shapes& shapes) {
  Diagnostics problems;
  for (const auto& node : spec.heads) {
    const auto* dataset = shapes.heads.at(node.id).dataset;
    if (!dataset || node.metrics.empty()) continue;
    const SampleSpec& data = shapes.datasets.at(dataset->id);
    const Answers answers = some_answers(data);
    std::vector<std::string> fitting;
    for (const MetricEntry* entry : Registry<MetricEntry>::all().entries()) {
      if (entry->applies(answers)) fitting.push_back(entry->name);
    }
    for (const auto& name : node.metrics) {
      if (std::find(fitting.begin(), fitting.end(), name) != fitting.end()) continue;
      problems.error(node.source,
                     fmt::format("head '{}': the metric '{}' means nothing for {}", node.id, name,
                                 data.classes > 0 ? "classes" : "values"),
                     "leave it out; those that do are " + quoted_list(fitting));
    }
  }
  problems.require_ok();
}

}  // namespace glia::train
