// SPDX-License-Identifier: MIT
#include "train/reported.hpp"

#include "train/metric.hpp"

#include <glia/sdk/head.hpp>

#include <torch/types.h>

#include <algorithm>

namespace glia::train {

std::vector<std::string> reported_by(const config::HeadNode& node, const SampleSpec& data) {
  constexpr std::int64_t some = 2;  // samples
  const bool labels = data.classes > 0;
  const at::Tensor output = at::zeros({some, labels ? data.classes : data.target_width});
  const Answers answers{.output = output,
                        .classes = labels ? at::zeros({some}, at::kLong) : at::Tensor(),
                        .targets = labels ? at::zeros({some}, at::kLong) : output,
                        .class_count = data.classes};
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

}  // namespace glia::train
