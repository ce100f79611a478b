// SPDX-License-Identifier: MIT
#include "wave/bridge.hpp"

#include "core/tiny_as_zero.hpp"
#include "wave/tile.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace glia::wave {
namespace {

using torch::autograd::variable_list;

/// [B, n] as tiles [tiles, n, stride], zeros beyond the batch.
at::Tensor to_tiles(const at::Tensor& rows, std::int64_t stride) {
  const std::int64_t batch = rows.size(0), width = rows.size(1);
  const std::int64_t tiles = (batch + stride - 1) / stride;
  at::Tensor out = at::empty({tiles, width, stride}, rows.options());
  if (batch % stride) out.select(0, tiles - 1).zero_();
  for (std::int64_t t = 0; t < tiles; ++t) {
    const std::int64_t count = std::min(stride, batch - t * stride);
    out.select(0, t).narrow(1, 0, count).copy_(rows.narrow(0, t * stride, count).t());
  }
  return out;
}

/// A batch on its way through a program, forward and back.
struct Pass {
  std::shared_ptr<const Program> program;
  std::shared_ptr<const Schedule> schedule;
  std::int64_t batch = 0, stride = 0;
  at::Tensor x, rows;  // [tiles, in, stride], [tiles, cells, stride]
  std::vector<at::Tensor> parameters;
  at::Tensor flat;  // the parameters in the program's order
  bool training = false;
  std::optional<RandomStream> random;

  std::int64_t tiles() const { return x.size(0); }

  Draws draws(std::int64_t tile) const {
    return {training, random ? std::span(&*random, 1) : std::span<const RandomStream>{}, tile};
  }

  template <class T>
  Tile<T> tile(std::int64_t number, at::Tensor& scratch) const {
    return Tile<T>(*program, *schedule, stride, rows[number].data_ptr<T>(),
                   scratch.defined() ? scratch.data_ptr<T>() : nullptr);
  }

  template <class T>
  at::Tensor forward() {
    const TinyAsZero mode;
    Weights<T> weights(*program);
    weights.prepare(flat.data_ptr<T>());
    at::Tensor y = at::empty({batch, program->out()}, x.options()), none;
    for (std::int64_t t = 0; t < tiles(); ++t) {
      const T* last = tile<T>(t, none).forward(weights, x[t].data_ptr<T>(), draws(t));
      const std::int64_t count = std::min(stride, batch - t * stride);
      y.narrow(0, t * stride, count)
          .copy_(at::from_blob(const_cast<T*>(last), {program->out(), stride}, x.options())
                     .narrow(1, 0, count)
                     .t());
    }
    return y;
  }

  template <class T>
  std::vector<at::Tensor> backward(const at::Tensor& dy_rows, at::Tensor* dx) const {
    const TinyAsZero mode;
    Weights<T> weights(*program);
    weights.prepare(flat.data_ptr<T>());
    Gradients<T> gradients(*program);
    const at::Tensor dy = to_tiles(dy_rows, stride);
    at::Tensor scratch = at::empty({schedule->scratch, stride}, x.options());
    at::Tensor dx_tile;
    if (dx) {
      *dx = at::empty({batch, program->in()}, x.options());
      dx_tile = at::empty({program->in(), stride}, x.options());
    }
    for (std::int64_t t = 0; t < tiles(); ++t) {
      tile<T>(t, scratch)
          .backward(weights, x[t].data_ptr<T>(), draws(t), dy[t].data_ptr<T>(), gradients,
                    dx ? dx_tile.data_ptr<T>() : nullptr);
      const std::int64_t count = std::min(stride, batch - t * stride);
      if (dx) dx->narrow(0, t * stride, count).copy_(dx_tile.narrow(1, 0, count).t());
    }
    gradients.unfold(flat.data_ptr<T>());
    std::vector<at::Tensor> parts;
    std::int64_t at_parameter = 0;
    for (const at::Tensor& p : parameters) {
      parts.push_back(
          at::from_blob(const_cast<T*>(gradients.data()) + at_parameter, p.sizes(), x.options())
              .clone());
      at_parameter += p.numel();
    }
    return parts;
  }
};

/// The backward half. A Node of our own rather than torch::autograd::Function, which follows single
/// tensors only, not lists of parameters.
struct ProgramBackward final : torch::autograd::Node {
  Pass pass;

  variable_list apply(variable_list&& grads) override {
    at::Tensor dx;
    variable_list result = {dx};
    AT_DISPATCH_FLOATING_TYPES(pass.x.scalar_type(), "wave program", [&] {
      auto parts =
          pass.backward<scalar_t>(grads[0].contiguous(), should_compute_output(0) ? &dx : nullptr);
      result.insert(result.end(), parts.begin(), parts.end());
    });
    result[0] = dx;
    return result;
  }

  void release_variables() override {
    pass.x.reset();
    pass.rows.reset();
    pass.flat.reset();
    pass.parameters.clear();
  }
};

Pass make_pass(const std::shared_ptr<const Program>& program, const at::Tensor& row,
               const std::vector<at::Tensor>& parameters, const ForwardContext& context) {
  Pass pass;
  pass.program = program;
  // Autograd keeps what a backward pass needs, so every row stays: one segment.
  pass.schedule = std::make_shared<Schedule>(*program, std::numeric_limits<std::int64_t>::max());
  pass.batch = row.size(0);
  AT_DISPATCH_FLOATING_TYPES(row.scalar_type(), "wave program", [&] {
    const std::int64_t samples = std::max<std::int64_t>(pass.batch, 1);  // a batch may be empty
    pass.stride = stride_for<scalar_t>(samples);
  });
  pass.x = to_tiles(row.detach(), pass.stride);
  pass.rows = at::empty({pass.x.size(0), pass.schedule->cells, pass.stride}, pass.x.options());
  std::vector<at::Tensor> flat;
  for (const auto& p : parameters) {
    pass.parameters.push_back(p.detach());
    flat.push_back(pass.parameters.back().flatten());
  }
  pass.flat = flat.empty() ? at::empty({0}, pass.x.options()) : at::cat(flat);
  pass.training = context.training;
  if (context.random) pass.random = *context.random;
  return pass;
}

}  // namespace

at::Tensor run_program(const std::shared_ptr<const Program>& program, const at::Tensor& row,
                       const std::vector<at::Tensor>& parameters, const ForwardContext& context) {
  variable_list inputs = {row};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  const bool differentiate = torch::autograd::GradMode::is_enabled() &&
                             torch::autograd::any_variable_requires_grad(inputs);
  at::AutoDispatchBelowADInplaceOrView below_autograd;
  Pass pass = make_pass(program, row, parameters, context);
  at::Tensor y;
  AT_DISPATCH_FLOATING_TYPES(pass.x.scalar_type(), "wave program",
                             [&] { y = pass.forward<scalar_t>(); });
  if (differentiate) {
    auto node = std::shared_ptr<ProgramBackward>(new ProgramBackward, torch::autograd::deleteNode);
    node->pass = std::move(pass);
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
    torch::autograd::set_history(y, node);
  }
  return y;
}

}  // namespace glia::wave
