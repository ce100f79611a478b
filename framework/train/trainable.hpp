// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph_plan.hpp"
#include "results/measurement.hpp"
#include "train/epoch.hpp"
#include "train/flat_parameters.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/gradient_parts.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace glia::train {

/// Something with parameters that a `Trainer` trains: an encoder, or a head with the networks on
/// its path, run by the engine or through LibTorch's autograd.
class Trainable {
 public:
  virtual ~Trainable() = default;

  virtual const ParameterSet& named_parameters() const = 0;
  virtual const FlatParameters& parameters() const = 0;

  /// How many batches a message of the graph should stand for. Part of no result.
  virtual std::uint64_t batches_per_message() const { return 1; }

  /// The nodes that bring the batches of `epoch`, `per_message` to a message, to the node that
  /// learns; what must see the step before it lies in region 1. Both arguments outlive the plan.
  virtual graph::GraphPlan feed(const Epoch& epoch, std::uint64_t per_message) = 0;

  /// The node that learns, without inputs and body: its name and what it is.
  virtual graph::GraphNode learner() const = 0;

  /// The loss of batch `batch`, number `place` of its message, summed over its samples; the
  /// gradient of what is trained on is in `parameters().gradient()` then. [serial, in the order of
  /// batches]
  virtual double gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                           std::uint64_t place) = 0;

  /// The same, but tells `listener` as soon as it can (see GradientByParts); nothing: it told nothing.
  virtual std::optional<double> gradients_by_parts(const graph::Message&, const Epoch&,
                                                   std::uint64_t /*batch*/,
                                                   GradientListener& /*listener*/) {
    return std::nullopt;
  }

  /// Of heads that are trained together: the loss of each for that batch, as above but without its
  /// weight.
  virtual std::span<const double> head_losses() const { return {}; }

  /// What the parameters as they are do on a split; draws are keyed by `epoch` (from 0).
  virtual results::Measurement measure(Split split, std::int64_t epoch) = 0;
  /// The same of each head.
  virtual std::vector<results::Measurement> measure_heads(Split split, std::int64_t epoch) {
    return {measure(split, epoch)};
  }

  /// The last row of cells [N, n] that a head reads, for every sample of a split, with the same
  /// draws as `measure`.
  virtual at::Tensor rows(Split split, std::int64_t epoch, std::size_t head) = 0;
};

}  // namespace glia::train
