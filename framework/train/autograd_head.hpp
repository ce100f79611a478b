// SPDX-License-Identifier: MIT
#pragma once

#include "train/head_path.hpp"
#include "train/trainable.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace glia::train {

/// A head whose path holds something that the engine does not know: dataset -> encoder -> networks
/// -> head, node by node through LibTorch's autograd.
class AutogradHead final : public Trainable {
 public:
  explicit AutogradHead(const HeadPath& path) : path_(path), parameters_(path.parameters) {}

  const ParameterSet& named_parameters() const override { return path_.parameters; }
  const FlatParameters& parameters() const override { return parameters_; }
  graph::GraphPlan feed(const Epoch& epoch, std::uint64_t per_message) override;
  graph::GraphNode learner() const override;
  double gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                   std::uint64_t place) override;
  results::Measurement measure(Split split, std::int64_t epoch) override;
  at::Tensor rows(Split split, std::int64_t epoch) override;

 private:
  /// Nodes shared by training and testing. `indices` gives the samples of a message, `key` that of
  /// its draws.
  graph::GraphPlan plan(bool training, Split split,
                        std::function<at::Tensor(std::uint64_t)> indices,
                        std::function<std::uint64_t(std::uint64_t)> key) const;

  /// The plan of a test, in messages of `test_batch` samples; `order` outlives it.
  graph::GraphPlan test_plan(Split split, std::int64_t epoch, const at::Tensor& order) const;

  HeadPath path_;
  FlatParameters parameters_;
};

}  // namespace glia::train
