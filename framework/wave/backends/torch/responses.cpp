// SPDX-License-Identifier: MIT
#include "wave/backends/torch/steps.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/formula.hpp>
#include <glia/sdk/parallel.hpp>

#include <ATen/ATen.h>

#include <algorithm>

namespace glia::wave::torch_backend {
namespace {

at::Tensor step_of(const Formula::Step& step, const std::vector<at::Tensor>& made,
                   const at::Tensor& x, const std::vector<at::Tensor>& parameters) {
  using Op = Formula::Op;
  const auto of = [&](std::size_t i) -> const at::Tensor& { return made.at(step.of.at(i)); };
  switch (step.op) {
    case Op::input:
      return x;
    case Op::parameter:
      return parameters.at(step.index);
    case Op::constant:
      return at::full({}, step.constant, x.options());
    case Op::add:
      return of(0) + of(1);
    case Op::subtract:
      return of(0) - of(1);
    case Op::multiply:
      return of(0) * of(1);
    case Op::divide:
      return of(0) / of(1);
    case Op::less:
      return of(0) < of(1);
    case Op::select:
      return at::where(of(0), of(1), of(2));
    case Op::exp:
      return of(0).exp();
    case Op::log:
      return of(0).log();
    case Op::tanh:
      return of(0).tanh();
    case Op::sqrt:
      return of(0).sqrt();
    case Op::abs:
      return of(0).abs();
  }
  throw Error(ErrorCode::internal, "a formula has a step that this backend does not know");
}

/// All parameters of the op: numbers that are fixed between tensors that are trained.
std::vector<at::Tensor> all_parameters(const ActivationOp& op, const at::Tensor& x,
                                       const std::vector<at::Tensor>& trained) {
  std::vector<at::Tensor> all;
  std::size_t next = 0;
  for (const auto& parameter : op.parameters) {
    all.push_back(parameter.scope == CellScope::fixed ? at::full({}, parameter.start, x.options())
                                                      : trained.at(next++));
  }
  return all;
}

}  // namespace

at::Tensor respond(const ActivationOp& op, const at::Tensor& x,
                   const std::vector<at::Tensor>& parameters) {
  switch (op.kernel) {
    case FusedActivation::identity:
      return x;
    case FusedActivation::tanh:
      return at::tanh(x);
    case FusedActivation::elu:
      return at::elu(x);
    case FusedActivation::relu:
      return at::relu(x);
    case FusedActivation::sigmoid:
      return at::sigmoid(x);
    case FusedActivation::softmax:
      return at::softmax(x, 1);
    case FusedActivation::none:
      break;
  }
  const auto formula = op.phi->formula();
  if (!formula) {
    throw Error(ErrorCode::configuration,
                "the backend 'torch' cannot run an activation without a formula",
                "use the backend 'vector', or let the activation's formula() return one");
  }
  const auto all = all_parameters(op, x, parameters);
  std::vector<at::Tensor> made;
  for (const auto& step : formula->steps) made.push_back(step_of(step, made, x, all));
  return made.back().expand_as(x);
}

at::Tensor disturb(const DisturbOp& op, const at::Tensor& x, const ForwardContext& context) {
  if (op.entry->rests(op.what.level, context.training)) return x;
  const std::int64_t batch = x.size(0), cells = x.size(1);
  const std::int64_t tiles = (batch + tile_samples - 1) / tile_samples;
  at::Tensor drawn = at::empty({tiles, cells, tile_samples}, x.options().device(at::kCPU));
  // On the processor, whatever the device: a device would need over a hundred operations for the
  // same bits, which for rows that people train takes longer than drawing and copying them.
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "disturbance", [&] {
    auto* const all = drawn.data_ptr<scalar_t>();
    glia::parallel(tiles, [&](std::int64_t t) {
      auto* to = all + t * cells * tile_samples;
      draw_cells<scalar_t>(op, {context.training, std::span(context.random, 1), t}, cells,
                           tile_samples, [&](std::int64_t c, const scalar_t* terms) {
                             std::copy_n(terms, tile_samples, to + c * tile_samples);
                           });
    });
  });
  const at::Tensor terms =
      drawn.transpose(1, 2).reshape({-1, cells}).narrow(0, 0, batch).to(x.device());
  return op.entry->scales ? x * terms : x + terms;
}

}  // namespace glia::wave::torch_backend
