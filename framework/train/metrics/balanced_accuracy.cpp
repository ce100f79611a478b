// SPDX-License-Identifier: MIT
#include "train/metric.hpp"

#include <cstddef>

namespace glia::train::metrics::balanced_accuracy {
namespace {

/// Mean over the classes that occur of the share of their samples that are recognised.
double balanced_accuracy(const Answers& answers) {
  double sum = 0;
  std::size_t occurring = 0, label = 0;
  for (const auto& row : confusion_of(answers)) {
    std::int64_t samples = 0;
    for (const auto count : row) samples += count;
    if (samples > 0) {
      sum += static_cast<double>(row[label]) / static_cast<double>(samples);
      ++occurring;
    }
    ++label;
  }
  return sum / static_cast<double>(occurring);
}

MetricEntry balanced_accuracy_entry() {
  auto entry = metric(
      "balanced_accuracy", "Mean of the accuracies within each class, whatever their sizes.", true,
      [](const Answers& answers) { return answers.classified(); }, balanced_accuracy);
  entry.unit = "share";
  return entry;
}

const Registered<MetricEntry> registered(balanced_accuracy_entry());

}  // namespace
}  // namespace glia::train::metrics::balanced_accuracy
