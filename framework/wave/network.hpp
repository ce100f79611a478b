// SPDX-License-Identifier: MIT
#pragma once

#include "core/activation.hpp"
#include "wave/program.hpp"

#include <glia/sdk/parameters.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace glia::wave {

/// One step of a network, in order: a wave layer with the plugin's id, or an activation.
struct NetworkStep {
  std::string name;
  std::shared_ptr<Layer> layer;  ///< null for activations
  Activation activation{};
};

/// A wave travelling through rows of cells: chains of stencil layers and activations run as fused
/// programs, general layers through autograd.
class GLIA_API Network {
 public:
  /// Adds the parameters, named "<step>.<layer>.weight" and "<step>.<layer>.bias".
  Network(std::int64_t in, std::vector<NetworkStep> steps, ParameterSet& parameters);

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }

  /// row [B, in] -> [B, out]. [thread-safe]
  at::Tensor forward(const at::Tensor& row, ForwardContext& context) const;

 private:
  /// Neighbouring steps that run together.
  struct Fused {
    std::shared_ptr<const Program> program;
    std::vector<at::Tensor> parameters;
  };
  using Segment = std::variant<Fused, std::shared_ptr<WaveLayer>>;

  std::int64_t in_, out_;
  std::vector<Segment> segments_;
};

}  // namespace glia::wave
