// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <glia/sdk/parameters.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace glia::wave {

/// One step of a network, in order: a wave layer with the plugin's id, a skip, or an activation.
struct NetworkStep {
  std::string name;
  std::shared_ptr<Layer> layer{};  ///< null for activations and skips
  ActivationOp activation{FusedActivation::identity};
  std::optional<std::size_t> shares{};     ///< the earlier step whose weights it uses
  std::optional<std::size_t> skip_from{};  ///< a skip: adds the row that this step heard

  bool is_activation() const { return !layer && !skip_from; }
  /// Whether the engine runs it; the others go through LibTorch's autograd.
  bool fused() const { return !layer || layer->kind() != Layer::Kind::general; }
};

/// A wave travelling through rows of cells: chains of steps that the engine knows run as fused
/// programs, general layers through autograd.
class GLIA_API Network {
 public:
  /// Adds the parameters, named "<step>.<layer>.weight" and "<step>.<layer>.bias", and
  /// "<step>.<activation>.<parameter>". Error (shape) that names the layer if its stencil or its
  /// fixed weights are none.
  Network(std::int64_t in, std::vector<NetworkStep> steps, ParameterSet& parameters);

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }

  /// row [B, in] -> [B, out]. [thread-safe]
  at::Tensor forward(const at::Tensor& row, const ForwardContext& context) const;

  /// Runs step by step and keeps the row that each left, [B, width], joined to autograd: for
  /// looking into a network, many times slower than `forward`. The names are the steps'.
  /// [thread-safe]
  std::vector<std::pair<std::string, at::Tensor>> rows(const at::Tensor& row,
                                                       const ForwardContext& context) const;

  /// The program, if the whole network is one; its flat parameters are the network's, in order.
  std::shared_ptr<const Program> program() const;

 private:
  /// Neighbouring steps that run together.
  struct Fused {
    std::shared_ptr<const Program> program;
    std::vector<at::Tensor> parameters;
  };
  struct General {
    std::shared_ptr<WaveLayer> layer;
  };
  /// A skip whose row another segment made; `row` counts steps.
  struct Skip {
    std::size_t row;
  };
  using Part = std::variant<Fused, General, Skip>;
  struct Segment {
    std::size_t first;  // step
    Part part;
  };
  class Builder;

  std::int64_t in_, out_;
  std::vector<std::string> names_;  // of the steps
  std::vector<Segment> segments_;
};

/// Adds `from` to `row`, same cell to same cell, centre on centre.
at::Tensor add_skip(const at::Tensor& row, const at::Tensor& from);

/// One program that runs several, each on the row that the one before it left; disturbances of
/// program i draw from stream i.
GLIA_API Program join(const std::vector<std::shared_ptr<const Program>>& programs);

}  // namespace glia::wave
