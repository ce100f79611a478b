// SPDX-License-Identifier: MIT
#include "train/step_by_parts.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

namespace glia::train {
namespace {

/// place + (place + 1) + ..., `count` of them: what parts add up to if each number is in one. Wraps around.
std::uint64_t sum_of_places(std::int64_t place, std::int64_t count) {
  const auto first = static_cast<std::uint64_t>(place), n = static_cast<std::uint64_t>(count);
  return n * first + (n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n);
}

}  // namespace

void StepByParts::loss(double sum) {
  if (told_) throw Error(ErrorCode::internal, "an encoder told the loss of a batch twice");
  book_(sum);
  told_ = sum;
  optimizer_.begin();
}

void StepByParts::found(const float* first, std::int64_t count) {
  if (!told_) {
    throw Error(ErrorCode::internal, "an encoder told of a part of its gradient before the loss");
  }
  const at::Tensor& gradient = parameters_.gradient();
  const std::int64_t place = first - gradient.data_ptr<float>(), all = gradient.numel();
  if (count == 0) return;
  if (place < 0 || count < 0 || place > all || count > all - place) {
    throw Error(ErrorCode::internal,
                "an encoder told of numbers that are not those of its gradients");
  }
  optimizer_.part(rate_, gradient, parameters_.values(), place, count);
  stepped_ += count;
  places_ += sum_of_places(place, count);
}

void StepByParts::require_whole(std::optional<double> returned) const {
  if (!told_ && !returned) return;
  if (!told_ || returned != told_) {
    throw Error(ErrorCode::internal, fmt::format("an encoder told a loss of {} and returned {}",
                                                 told_ ? fmt::to_string(*told_) : "nothing",
                                                 returned ? fmt::to_string(*returned) : "nothing"));
  }
  const std::int64_t all = parameters_.gradient().numel();
  if (stepped_ != all) {
    throw Error(
        ErrorCode::internal,
        fmt::format("an encoder told of {} numbers of its gradient's {}", stepped_.load(), all));
  }
  if (places_ != sum_of_places(0, all)) {
    throw Error(ErrorCode::internal,
                "an encoder told of some numbers of its gradient twice, and of others never");
  }
}

}  // namespace glia::train
