// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <glia/sdk/parameters.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace glia::wave {

class Backend;
class Executable;

/// One step of a network, in order: a wave layer with the plugin's id, a skip, a step in time, or an
/// activation.
struct NetworkStep {
  std::string name;
  std::shared_ptr<Layer> layer{};  ///< null for all but wave layers
  ActivationOp activation{FusedActivation::identity};
  std::optional<std::size_t> shares{};     ///< the earlier step whose weights it uses
  std::optional<std::size_t> skip_from{};  ///< a skip: adds the row that this step heard
  std::optional<TimeOp> time{};  ///< a step in time; its row r is the one that step r heard

  bool is_activation() const { return !layer && !skip_from && !time; }
  /// Whether the engine runs it; the others go through LibTorch's autograd.
  bool fused() const { return !layer || layer->kind() != Layer::Kind::general; }
};

/// A wave travelling through rows of cells: chains of steps that the engine knows run as fused
/// programs, general layers through autograd.
class Network {
 public:
  /// Adds the parameters, named "<step>.<layer>.weight" and "<step>.<layer>.bias", and
  /// "<step>.<activation>.<parameter>", all behind `prefix`. Error (shape) that names the layer if its stencil or its
  /// fixed weights are none.
  Network(std::int64_t in, std::vector<NetworkStep> steps, ParameterSet& parameters,
          const std::string& prefix = {});

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }

  /// From now on `forward` computes the steps that a program can hold by this backend on this
  /// device; before, it is the engine's own code. General layers stay on the processor. Error
  /// (configuration) if the backend cannot.
  void run_by(const Backend& backend, c10::Device device);

  /// row [B, in] -> [B, out], both on the processor. [thread-safe]
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
    std::shared_ptr<const Executable> executable{};  ///< null: the engine's own code
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
  at::Tensor run(const Fused& part, const at::Tensor& x, const ForwardContext& context) const;

  c10::Device device_{c10::DeviceType::CPU};
  std::int64_t in_, out_;
  std::vector<std::string> names_;  // of the steps
  std::vector<Segment> segments_;
};

/// One program that runs several, each on the row that the one before it left; disturbances of
/// program i draw from stream i. `skips`, where given: for each program, and for the end of all,
/// the rows that are added to the one that it is given: 0 is the first program's, i + 1 what
/// program i left.
Program join(const std::vector<std::shared_ptr<const Program>>& programs,
             const std::vector<std::vector<std::size_t>>& skips = {});

}  // namespace glia::wave
