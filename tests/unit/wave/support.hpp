// SPDX-License-Identifier: MIT
// Programs with random parameters, in float64, and the same arithmetic written in plain LibTorch.
#pragma once

#include "wave/bridge.hpp"
#include "wave/kernels.hpp"
#include "wave/program.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace wave_test {

using namespace glia;
using wave::Op;
using wave::Program;
using wave::StencilOp;

inline constexpr Boundary boundaries[] = {Boundary::open, Boundary::ring};
inline constexpr Bias biases[] = {Bias::none, Bias::additive, Bias::compounding};
inline constexpr FusedActivation activations[] = {
    FusedActivation::identity, FusedActivation::softmax, FusedActivation::tanh,
    FusedActivation::elu,      FusedActivation::relu,    FusedActivation::sigmoid};

inline const char* name(Boundary b) { return b == Boundary::open ? "open" : "ring"; }
inline const char* name(Bias b) {
  return b == Bias::none ? "no bias" : b == Bias::additive ? "additive" : "compounding";
}

/// The three ways in which a wave travels, over a row of `in` cells.
struct Travel {
  const char* name;
  int widens;  ///< cells that the next row has more
  std::vector<int> offsets;

  Stencil over(std::int64_t in, Boundary boundary) const {
    return Stencil::band(in, in + widens, offsets, boundary);
  }
};
inline const Travel travels[] = {
    {"slide", 0, {-1, 0, 1}}, {"spread", 2, {-2, -1, 0}}, {"gather", -2, {0, 1, 2}}};

/// A layer of such a step, over an open row.
class TravelLayer final : public StencilLayer {
 public:
  TravelLayer(const Travel& travel, Bias bias) : travel_(travel), bias_(bias) {}
  Stencil stencil(std::int64_t in) const override { return travel_.over(in, Boundary::open); }
  Bias bias() const override { return bias_; }

 private:
  const Travel& travel_;
  Bias bias_;
};

inline at::Tensor normal(RandomStream& random, std::vector<std::int64_t> shape,
                         double deviation = 1) {
  at::Tensor t = at::empty(shape, at::kDouble);
  random.normal(std::span<double>(t.data_ptr<double>(), static_cast<std::size_t>(t.numel())));
  return t.mul_(deviation);
}

/// A program and parameters for it; `parameters` as run_program takes them.
struct Case {
  std::shared_ptr<const Program> program;
  std::vector<at::Tensor> parameters;

  Case(std::int64_t in, std::vector<Op> ops, RandomStream& random)
      : program(std::make_shared<Program>(in, std::move(ops))) {
    for (std::size_t i = 0; i < program->ops().size(); ++i) {
      const auto sizes = program->own_parameters(i);
      if (const auto* activation = std::get_if<wave::ActivationOp>(&program->ops()[i])) {
        std::size_t next = 0;
        for (const auto& parameter : activation->parameters) {
          if (parameter.scope == CellScope::fixed || sizes.empty()) continue;
          parameters.push_back(normal(random, {sizes[next++]}, 0.1) + parameter.start);
        }
      } else if (!sizes.empty()) {
        parameters.push_back(normal(random, {sizes[0]}));
        if (sizes.size() > 1) parameters.push_back(normal(random, {sizes[1]}, 0.3));
      }
    }
  }

  at::Tensor run(const at::Tensor& row, const ForwardContext& context = {}) const {
    return run_program(program, row, parameters, context);
  }
  std::vector<at::Tensor> parameters_as(at::ScalarType type) const {
    std::vector<at::Tensor> all;
    for (const auto& p : parameters) all.push_back(p.to(type));
    return all;
  }
};

inline at::Tensor activate(FusedActivation activation, const at::Tensor& x) {
  switch (activation) {
    case FusedActivation::identity:
      return x;
    case FusedActivation::softmax:
      return at::softmax(x, 1);
    case FusedActivation::tanh:
      return at::tanh(x);
    case FusedActivation::elu:
      return at::elu(x);
    case FusedActivation::relu:
      return at::relu(x);
    case FusedActivation::sigmoid:
      return at::sigmoid(x);
    case FusedActivation::none:
      break;
  }
  throw Error(ErrorCode::internal, "this reference knows the engine's own activations only");
}

/// The numbers that a disturbance draws for a batch [B, cells]: a tile of a cell at a time.
inline at::Tensor draws(const wave::DisturbOp& op, RandomStream stream, std::int64_t batch,
                        std::int64_t cells) {
  constexpr std::int64_t tile = wave::tile_samples;
  const std::int64_t tiles = (batch + tile - 1) / tile;
  at::Tensor all = at::empty({tiles, cells, tile}, at::kDouble);
  RandomStream own = stream.fork(op.purpose);
  const std::span<double> out(all.data_ptr<double>(), static_cast<std::size_t>(all.numel()));
  op.what.kind == Disturbance::Kind::noise ? own.normal(out) : own.uniform(out, 0.0, 1.0);
  return all.transpose(1, 2).reshape({-1, cells}).narrow(0, 0, batch);
}

inline at::Tensor disturb(const wave::DisturbOp& op, const at::Tensor& x,
                          const ForwardContext& context) {
  if (op.what.level == 0) return x;
  if (op.what.kind == Disturbance::Kind::noise) {
    return x + op.what.level * draws(op, *context.random, x.size(0), x.size(1));
  }
  if (!context.training) return x;
  const at::Tensor kept = draws(op, *context.random, x.size(0), x.size(1)) >= op.what.level;
  return x * kept.to(x.scalar_type()) / (1 - op.what.level);
}

/// Cell to cell, centre on centre: what a skip adds.
inline at::Tensor overlaid(const at::Tensor& from, std::int64_t cells) {
  at::Tensor out = at::zeros({from.size(0), cells}, from.options());
  const std::int64_t shift = (from.size(1) - cells) / 2;
  for (std::int64_t j = 0; j < cells; ++j) {
    if (j + shift < 0 || j + shift >= from.size(1)) continue;
    out = at::index_add(out, 1, at::tensor({j}), from.narrow(1, j + shift, 1));
  }
  return out;
}

/// What a step in time makes of the rows before it, cell by cell.
inline at::Tensor in_time(const Op& op, const at::Tensor& row,
                          const std::vector<at::Tensor>& rows) {
  if (const auto* rest = std::get_if<wave::RestOp>(&op)) {
    return at::zeros({row.size(0), rest->cells}, row.options());
  }
  if (const auto* inject = std::get_if<wave::InjectOp>(&op)) {
    std::vector<at::Tensor> cells = at::unbind(row, 1);
    for (std::size_t j = 0; j < inject->to.size(); ++j) {
      auto& cell = cells[static_cast<std::size_t>(inject->to[j])];
      cell = cell + rows[inject->row].select(1, inject->first + static_cast<std::int64_t>(j));
    }
    return at::stack(cells, 1);
  }
  if (std::holds_alternative<wave::CutOp>(op)) return row.detach();
  const auto& collect = std::get<wave::CollectOp>(op);
  at::Tensor sum;
  std::vector<at::Tensor> cells;
  for (const std::size_t r : collect.rows) {
    sum = sum.defined() && collect.mean ? sum + rows[r] : rows[r];
    for (const auto& cell : at::unbind(rows[r], 1)) cells.push_back(cell);
  }
  return collect.mean ? sum / static_cast<double>(collect.rows.size()) : at::stack(cells, 1);
}

/// What run_program computes, cell by cell, in LibTorch's own operations.
inline at::Tensor reference(const Program& program, at::Tensor row,
                            const std::vector<at::Tensor>& parameters,
                            const ForwardContext& context = {}) {
  std::size_t next = 0;
  std::vector<at::Tensor> rows = {row};
  std::vector<std::pair<at::Tensor, at::Tensor>> used;  // weight and bias of each op
  for (const Op& op : program.ops()) {
    used.emplace_back();
    if (const auto* activation = std::get_if<wave::ActivationOp>(&op)) {
      rows.push_back(row = activate(activation->kernel, row));
      continue;
    }
    if (const auto* chance = std::get_if<wave::DisturbOp>(&op)) {
      rows.push_back(row = disturb(*chance, row, context));
      continue;
    }
    if (const auto* skip = std::get_if<wave::SkipOp>(&op)) {
      rows.push_back(row = row + overlaid(rows[skip->row], row.size(1)));
      continue;
    }
    if (!std::holds_alternative<StencilOp>(op)) {
      rows.push_back(row = in_time(op, row, rows));
      continue;
    }
    const auto& step = std::get<StencilOp>(op);
    if (step.shares) {
      used.back() = used[*step.shares];
    } else if (!step.fixed.empty()) {
      used.back().first = at::tensor(step.fixed, row.options());
    } else {
      used.back().first = parameters[next++];
      if (step.bias != Bias::none) used.back().second = parameters[next++];
    }
    const auto [weight, bias] = used.back();
    std::vector<at::Tensor> cells;
    for (std::int64_t j = 0; j < step.stencil.out; ++j) {
      const auto from = step.stencil.first[static_cast<std::size_t>(j)];
      const auto to = step.stencil.first[static_cast<std::size_t>(j) + 1];
      std::vector<std::int64_t> heard(step.stencil.taps.begin() + from,
                                      step.stencil.taps.begin() + to);
      const at::Tensor terms = row.index_select(1, at::tensor(heard)) * weight.slice(0, from, to);
      if (step.bias == Bias::compounding) {
        at::Tensor y = at::zeros({row.size(0)}, row.options());
        for (std::int64_t t = 0; t < terms.size(1); ++t) {
          y = (y + terms.select(1, t)) * (1 + bias[j]);
        }
        cells.push_back(y);
      } else {
        cells.push_back(bias.defined() ? terms.sum(1) + bias[j] : terms.sum(1));
      }
    }
    rows.push_back(row = at::stack(cells, 1));
  }
  return row;
}

inline double difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace wave_test
