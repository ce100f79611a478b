// SPDX-License-Identifier: MIT
#include "wave/network.hpp"

#include "wave/bridge.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <cmath>
#include <utility>

namespace glia::wave {
namespace {

/// Bound of the uniform start of each tap's weight.
at::Tensor tap_bounds(const Stencil& s, StencilInit init) {
  at::Tensor bounds = at::empty({s.tap_count()}, at::kDouble);
  for (std::int64_t j = 0; j < s.out; ++j) {
    const auto begin = s.first[static_cast<std::size_t>(j)];
    const auto end = s.first[static_cast<std::size_t>(j) + 1];
    const double fan = init == StencilInit::fan_in ? end - begin : static_cast<double>(s.in);
    bounds.narrow(0, begin, end - begin).fill_(1 / std::sqrt(fan));
  }
  return bounds;
}

at::Tensor cell_bounds(const Stencil& s, StencilInit init) {
  at::Tensor bounds = at::empty({s.out}, at::kDouble);
  for (std::int64_t j = 0; j < s.out; ++j) {
    const double taps =
        s.first[static_cast<std::size_t>(j) + 1] - s.first[static_cast<std::size_t>(j)];
    bounds[j] = 1 / std::sqrt(init == StencilInit::fan_in ? taps : static_cast<double>(s.in));
  }
  return bounds;
}

/// A parameter that starts uniform within a bound of its own for each element.
at::Tensor add_scaled(ParameterSet& parameters, const std::string& name, const at::Tensor& bounds) {
  at::Tensor p = parameters.add(name, {bounds.size(0)}, Init::uniform(1));
  at::NoGradGuard no_grad;
  p.mul_(bounds.to(p.scalar_type()));
  return p;
}

}  // namespace

Network::Network(std::int64_t in, std::vector<NetworkStep> steps, ParameterSet& parameters)
    : in_(in), out_(in) {
  std::vector<Op> ops;
  std::vector<at::Tensor> op_parameters;
  std::int64_t ops_in = in;
  const auto fuse = [&] {
    if (ops.empty()) return;
    segments_.emplace_back(Fused{std::make_shared<Program>(ops_in, std::move(ops)), op_parameters});
    ops.clear();
    op_parameters.clear();
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const NetworkStep& step = steps[i];
    const std::string prefix = std::to_string(i) + '.' + step.name + '.';
    if (ops.empty()) ops_in = out_;
    if (!step.layer) {
      ops.emplace_back(step.activation);
    } else if (step.layer->kind() == Layer::Kind::stencil) {
      const auto& layer = static_cast<const StencilLayer&>(*step.layer);
      StencilOp op{layer.stencil(out_), layer.bias()};
      op_parameters.push_back(
          add_scaled(parameters, prefix + "weight", tap_bounds(op.stencil, layer.init())));
      if (op.bias != Bias::none) {
        op_parameters.push_back(
            add_scaled(parameters, prefix + "bias", cell_bounds(op.stencil, layer.init())));
      }
      out_ = op.stencil.out;
      ops.emplace_back(std::move(op));
    } else {
      fuse();
      auto layer = std::static_pointer_cast<WaveLayer>(step.layer);
      parameters.set_prefix(prefix);
      layer->build(out_, parameters);
      parameters.set_prefix("");
      out_ = layer->out_width(out_);
      segments_.emplace_back(std::move(layer));
    }
  }
  fuse();
}

at::Tensor Network::forward(const at::Tensor& row, ForwardContext& context) const {
  if (row.dim() != 2 || row.size(1) != in_) {
    throw Error(ErrorCode::shape, "the network hears rows of " + std::to_string(in_) +
                                      " cells, but was given a tensor of shape " +
                                      c10::str(row.sizes()));
  }
  at::Tensor x = row;
  for (const Segment& segment : segments_) {
    if (const auto* fused = std::get_if<Fused>(&segment)) {
      x = run_program(fused->program, x, fused->parameters);
    } else {
      x = std::get<std::shared_ptr<WaveLayer>>(segment)->forward(x, context);
    }
  }
  return x;
}

}  // namespace glia::wave
