// SPDX-License-Identifier: MIT
#include "train/metric.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace glia::train::metrics::calibration_error {
namespace {

/// Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
/// AAAI 2015; with 15 bins of equal width (Guo et al., ICML 2017).
double expected_calibration_error(const Answers& answers) {
  struct Bin {
    double samples = 0, right = 0, confidence = 0;
  };
  constexpr std::size_t bins = 15;
  std::array<Bin, bins> all{};
  const at::Tensor probabilities = at::softmax(answers.output.to(at::kDouble), 1).contiguous();
  const auto width = probabilities.size(1), n = probabilities.size(0);
  const double* p = probabilities.data_ptr<double>();
  const auto* label = answers.targets.data_ptr<std::int64_t>();
  const auto* given = answers.classes.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < n; ++i) {
    const double confidence = *std::max_element(p + i * width, p + (i + 1) * width);
    const auto place = static_cast<std::size_t>(std::ceil(confidence * bins)) - 1;
    Bin& bin = all[std::min(place, bins - 1)];
    bin.samples += 1;
    bin.right += label[i] == given[i];
    bin.confidence += confidence;
  }
  double error = 0;
  for (const Bin& bin : all) error += std::abs(bin.right - bin.confidence);
  return error / static_cast<double>(n);
}

MetricEntry calibration_error_entry() {
  auto entry = metric(
      "calibration_error",
      "Expected calibration error: how far the probability of the answer is from the share of "
      "right answers, in 15 bins.",
      false,
      [](const Answers& answers) {
        return answers.classified() && answers.output.size(1) == answers.class_count;
      },
      expected_calibration_error);
  entry.unit = "share";
  return entry;
}

const Registered<MetricEntry> registered(calibration_error_entry());

}  // namespace
}  // namespace glia::train::metrics::calibration_error
