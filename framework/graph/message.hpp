// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace glia::graph {

/// What a node leaves for the nodes after it.
using Tensors = std::vector<at::Tensor>;

/// One numbered message on its way through the graph. Every node writes its own slot, once.
class Message {
 public:
  enum class State : std::uint8_t { pending, done, skipped };

  Message(std::uint64_t number, std::size_t nodes)
      : number_(number), outputs_(nodes), states_(nodes, State::pending) {}

  /// Counts from the first message of the run's range; every random draw is keyed by it.
  std::uint64_t number() const { return number_; }
  /// What node `node` left; the node must be an ancestor of the reader.
  const Tensors& output_of(std::size_t node) const { return outputs_[node]; }
  State state(std::size_t node) const { return states_[node]; }

  void finish(std::size_t node, Tensors output) {
    outputs_[node] = std::move(output);
    states_[node] = State::done;
  }
  void skip(std::size_t node) { states_[node] = State::skipped; }

 private:
  std::uint64_t number_;
  std::vector<Tensors> outputs_;
  std::vector<State> states_;
};

using MessagePtr = std::shared_ptr<Message>;

}  // namespace glia::graph
