// SPDX-License-Identifier: MIT
#pragma once

#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"

#include <glia/sdk/gradient_parts.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

namespace glia::train {

/// Steps along each part of a gradient as it is found. One per step.
class StepByParts final : public GradientListener {
 public:
  /// `book` takes the loss, and throws where there is no going on. All must outlive this.
  StepByParts(Optimizer& optimizer, double learning_rate, const FlatParameters& parameters,
              const std::function<void(double)>& book)
      : optimizer_(optimizer), rate_(learning_rate), parameters_(parameters), book_(book) {}

  void loss(double sum) override;
  void found(const float* first, std::int64_t count) override;

  /// After the call, which returned a loss or nothing: Error (internal) unless it told that loss and the step
  /// has been made for every parameter, or nothing at all.
  void require_whole(std::optional<double> returned) const;

 private:
  Optimizer& optimizer_;
  double rate_;
  const FlatParameters& parameters_;
  const std::function<void(double)>& book_;
  std::optional<double> told_;  // the loss
  std::atomic<std::int64_t> stepped_ = 0;
  std::atomic<std::uint64_t> places_ = 0;
};

}  // namespace glia::train
