// SPDX-License-Identifier: MIT
#pragma once

#include "train/metric.hpp"

#include <ATen/ATen.h>

namespace glia::train {

/// Whether there is a value to every target.
inline bool answers_values(const Answers& answers) {
  return answers.class_count == 0 && answers.output.sizes() == answers.targets.sizes();
}

/// Output minus target [N, target_width], in float64.
inline at::Tensor errors_of(const Answers& answers) {
  return answers.output.to(at::kDouble) - answers.targets.to(at::kDouble);
}

}  // namespace glia::train
