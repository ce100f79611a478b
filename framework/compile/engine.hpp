// SPDX-License-Identifier: MIT
#pragma once

#include "compile/written.hpp"
#include "graph/shapes.hpp"
#include "wave/network.hpp"

#include <glia/sdk/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

namespace glia::compile {

/// The network of a pipeline file with its weights, in one floating-point type, as heads run it.
class Engine {
 public:
  /// Error (configuration) if its weights do not fit, or it is no chain of waves and activations.
  Engine(const config::NetworkNode& node, const graph::NetworkLayout& layout, at::ScalarType type);

  const wave::Program& program() const { return *program_; }
  /// row [B, in] -> [B, out].
  at::Tensor run(const at::Tensor& row) const;

  /// The ops that are waves, in order.
  const std::vector<std::size_t>& waves() const { return waves_; }
  /// Whether its weights are the wave's own, and no parameters.
  bool fixed(std::size_t wave) const { return !op(wave).fixed.empty(); }
  /// Of wave number `wave`: one weight per tap, and one bias per cell (zeros where it has none).
  at::Tensor weight(std::size_t wave) const;
  at::Tensor bias(std::size_t wave) const;
  /// Waves `first` .. `last` - 1 alone, with or without their biases: a linear stretch.
  at::Tensor stretch(std::size_t first, std::size_t last, const at::Tensor& row,
                     bool with_biases) const;

 private:
  const wave::StencilOp& op(std::size_t wave) const;

  ParameterSet parameters_;
  std::unique_ptr<wave::Network> network_;
  std::shared_ptr<const wave::Program> program_;
  std::vector<std::vector<at::Tensor>> tensors_;  // by op
  std::vector<std::size_t> waves_;
};

}  // namespace glia::compile
