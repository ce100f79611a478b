// SPDX-License-Identifier: MIT
#include "train/step_by_parts.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

namespace glia::train {

void StepByParts::loss(double sum) {
  book_(sum);
  optimizer_.begin();
  begun_ = true;
}

void StepByParts::found(const float* first, std::int64_t count) {
  const at::Tensor& gradient = parameters_.gradient();
  const std::int64_t place = first - gradient.data_ptr<float>();
  if (!begun_ || place < 0 || count < 0 || place + count > gradient.numel()) {
    throw Error(ErrorCode::internal,
                "an encoder told of a gradient before its loss, or of one that is not its own");
  }
  optimizer_.part(rate_, gradient, parameters_.values(), place, count);
  stepped_ += count;
}

void StepByParts::require_whole() const {
  if (begun_ && stepped_ == parameters_.gradient().numel()) return;
  throw Error(ErrorCode::internal, fmt::format("an encoder told of {} numbers of its gradient's {}",
                                               stepped_.load(), parameters_.gradient().numel()));
}

}  // namespace glia::train
