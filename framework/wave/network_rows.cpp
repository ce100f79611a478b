// SPDX-License-Identifier: MIT
#include "wave/backend.hpp"
#include "wave/bridge.hpp"
#include "wave/network.hpp"
#include "wave/row_ops.hpp"

#include <ATen/ATen.h>

#include <utility>

namespace glia::wave {
namespace {

/// The rows of a program's ops, each run as a program of its own.
std::vector<at::Tensor> rows_of(const Program& program, const std::vector<at::Tensor>& parameters,
                                const at::Tensor& in, const ForwardContext& context) {
  const auto owned = by_op(program, parameters);
  std::vector<at::Tensor> rows{in};
  for (std::size_t i = 0; i < program.ops().size(); ++i) {
    Op op = program.ops()[i];
    if (at::Tensor made = make_row(op, rows); made.defined()) {
      rows.push_back(std::move(made));
      continue;
    }
    std::size_t owner = i;
    if (auto* stencil = std::get_if<StencilOp>(&op)) {
      owner = std::exchange(stencil->shares, std::nullopt).value_or(i);
    } else if (auto* activation = std::get_if<ActivationOp>(&op)) {
      owner = std::exchange(activation->shares, std::nullopt).value_or(i);
    }
    const auto alone = std::make_shared<Program>(program.width(i), std::vector<Op>{std::move(op)});
    rows.push_back(run_program(alone, rows.back(), owned[owner], context));
  }
  rows.erase(rows.begin());
  return rows;
}

}  // namespace

std::vector<std::pair<std::string, at::Tensor>> Network::rows(const at::Tensor& row,
                                                              const ForwardContext& context) const {
  std::vector<std::pair<std::string, at::Tensor>> all;
  const auto last = [&] { return all.empty() ? row : all.back().second; };
  for (const Segment& segment : segments_) {
    if (const auto* fused = std::get_if<Fused>(&segment.part)) {
      for (at::Tensor& r : rows_of(*fused->program, fused->parameters, last(), context)) {
        const std::string& name = names_[all.size()];
        all.emplace_back(name, std::move(r));
      }
      continue;
    }
    const std::string& name = names_[all.size()];
    if (const auto* general = std::get_if<General>(&segment.part)) {
      ForwardContext own = context;
      all.emplace_back(name, general->layer->forward(last(), own));
    } else {
      const std::size_t from = std::get<Skip>(segment.part).row;
      all.emplace_back(name, add_skip(last(), from == 0 ? row : all[from - 1].second));
    }
  }
  return all;
}

}  // namespace glia::wave
