// SPDX-License-Identifier: MIT
#pragma once

#include "train/head_path.hpp"
#include "train/trainable.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// Heads whose paths hold something that the engine does not know, or that are several: dataset ->
/// encoder -> networks -> heads, node by node through LibTorch's autograd. A network is run once,
/// whatever number of others and heads hears it.
class AutogradHead final : public Trainable {
 public:
  explicit AutogradHead(HeadGroup group)
      : group_(std::move(group)),
        parameters_(group_.parameters),
        losses_(group_.members.size(), 0.0) {}

  const ParameterSet& named_parameters() const override { return group_.parameters; }
  const FlatParameters& parameters() const override { return parameters_; }
  graph::GraphPlan feed(const Epoch& epoch, std::uint64_t per_message) override;
  graph::GraphNode learner() const override;
  double gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                   std::uint64_t place) override;
  std::span<const double> head_losses() const override { return losses_; }
  results::Measurement measure(Split split, std::int64_t epoch) override;
  std::vector<results::Measurement> measure_heads(Split split, std::int64_t epoch) override;
  at::Tensor rows(Split split, std::int64_t epoch, std::size_t head) override;

 private:
  /// Nodes shared by training and testing. `indices` gives the samples of a message, `key` that of
  /// its draws.
  graph::GraphPlan plan(bool training, Split split,
                        const std::function<at::Tensor(std::uint64_t)>& indices,
                        const std::function<std::uint64_t(std::uint64_t)>& key) const;

  /// The plan of a test, in messages of `test_batch` samples; `order` outlives it.
  graph::GraphPlan test_plan(Split split, std::int64_t epoch, const at::Tensor& order) const;

  /// The row that reaches a head with a message.
  at::Tensor row_of(const graph::Message& message, std::size_t head) const;
  std::int64_t width_of(const graph::Heard& heard) const;

  HeadGroup group_;
  FlatParameters parameters_;
  std::vector<double> losses_;
};

}  // namespace glia::train
