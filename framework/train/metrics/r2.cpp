// SPDX-License-Identifier: MIT
#include "train/metrics/errors.hpp"

#include <limits>

namespace glia::train::metrics::r2 {
namespace {

double r2(const Answers& answers) {
  const at::Tensor targets = answers.targets.to(at::kDouble);
  const double spread = (targets - targets.mean(0, true)).square().sum().item<double>();
  if (spread == 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - errors_of(answers).square().sum().item<double>() / spread;
}

const Registered<MetricEntry> registered(
    metric("r2",
           "Share of the targets' variance that the answers explain; unknown where all "
           "targets are equal.",
           true, answers_values, r2));

}  // namespace
}  // namespace glia::train::metrics::r2
