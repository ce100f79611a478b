// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/described.hpp"
#include "core/registry.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// Changes parameters along their gradients, all of them in one pass over flat arrays. Own code
/// rather than torch::optim, which runs about ten kernels per tensor and step and hides its state.
/// [serial]
class Optimizer {
 public:
  virtual ~Optimizer();

  /// One step. `gradient` and `parameters` are flat [n], contiguous, of one type (float32 or
  /// float64), and the same n in every call.
  void step(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters);

  /// The same step in parts: begins it, then makes it for `count` numbers from `first`. To the bit as
  /// `step`, whatever the parts, which together are all of the n numbers, each once; tensors are whole.
  void begin() { ++steps; }
  /// [thread-safe: parts that do not overlap, side by side]
  void part(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters,
            std::int64_t first, std::int64_t count);

  /// Arrays [n] that a checkpoint must keep, by name ("first"), so that training goes on to the
  /// same numbers.
  const std::vector<std::pair<std::string, at::Tensor>>& state() const { return state_; }

  /// Steps made so far.
  std::int64_t steps = 0;

 protected:
  /// An array [n] like the parameters, of zeros; part of the state.
  at::Tensor add_state(const std::string& name, const at::Tensor& like);

 private:
  /// Step number `steps` (from 1), of `count` numbers from `first`. [thread-safe: apart from each other]
  virtual void update(double learning_rate, const at::Tensor& gradient,
                      const at::Tensor& parameters, std::int64_t first, std::int64_t count) = 0;

  std::vector<std::pair<std::string, at::Tensor>> state_;
};

/// How an optimizer is declared: one file in optimizers/ each.
struct OptimizerEntry : Declared {
  static constexpr const char* kind = "optimizer";
  /// `settings` hold at least the declared fields; `like` is the flat array of parameters.
  std::function<std::unique_ptr<Optimizer>(const ValueMap& settings, const at::Tensor& like)> make;
};

/// As `train` says, for such parameters.
std::unique_ptr<Optimizer> make_optimizer(const config::TrainSpec& train,
                                          const at::Tensor& parameters);

/// An entry for an optimizer class that is constructed from (Config, parameters).
template <class Made, class Schema>
OptimizerEntry optimizer(const char* name, const Schema& schema, const char* doc) {
  auto entry = described<OptimizerEntry>(name, schema, doc);
  entry.make = [schema](const ValueMap& settings, const at::Tensor& like) {
    return std::make_unique<Made>(schema.parse(settings), like);
  };
  return entry;
}

}  // namespace glia::train

namespace glia {
template <>
Registry<train::OptimizerEntry>& Registry<train::OptimizerEntry>::all();
}  // namespace glia
