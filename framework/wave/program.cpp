// SPDX-License-Identifier: MIT
#include "wave/program.hpp"

#include "wave/disturbance.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace glia::wave {
namespace {

/// Whether an op may write over the row that it reads.
bool writes_over(const Op& op) {
  const auto* activation = std::get_if<ActivationOp>(&op);
  if (activation) return !activation->needs_input();
  return !std::holds_alternative<StencilOp>(op) && !std::holds_alternative<RestOp>(op) &&
         !std::holds_alternative<CollectOp>(op);
}

}  // namespace

std::span<const std::size_t> rows_read(const Op& op) {
  if (const auto* skip = std::get_if<SkipOp>(&op)) return {&skip->row, 1};
  if (const auto* inject = std::get_if<InjectOp>(&op)) return {&inject->row, 1};
  if (const auto* collect = std::get_if<CollectOp>(&op)) return collect->rows;
  return {};
}

Op moved(Op op, std::ptrdiff_t by) {
  const auto move = [by](std::size_t& place) {
    place = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(place) + by);
  };
  if (auto* step = std::get_if<StencilOp>(&op)) {
    if (step->shares) move(*step->shares);
  } else if (auto* activation = std::get_if<ActivationOp>(&op)) {
    if (activation->shares) move(*activation->shares);
  } else if (auto* skip = std::get_if<SkipOp>(&op)) {
    move(skip->row);
  } else if (auto* inject = std::get_if<InjectOp>(&op)) {
    move(inject->row);
  } else if (auto* collect = std::get_if<CollectOp>(&op)) {
    for (std::size_t& row : collect->rows) move(row);
  }
  return op;
}

Program::Program(std::int64_t in, std::vector<Op> ops) : ops_(std::move(ops)) {
  if (ops_.empty()) throw Error(ErrorCode::internal, "a wave program needs at least one step");
  widths_.push_back(in);
  block_of_.resize(ops_.size());
  places_.resize(ops_.size());
  read_later_.resize(ops_.size() + 1);
  last_skip_.resize(ops_.size() + 1);
  Wirings wirings;
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    check(i);
    if (const auto* step = std::get_if<StencilOp>(&ops_[i])) {
      if (step->shares) {
        block_of_[i] = block_of_[*step->shares];
      } else {
        add_block(i, wirings);
      }
    } else if (std::holds_alternative<ActivationOp>(ops_[i])) {
      add_places(i);
    }
    for (const std::size_t row : rows_read(ops_[i])) {
      read_later_[row] = true;
      last_skip_[row] = std::holds_alternative<SkipOp>(ops_[i]) ? i : 0;
    }
    widths_.push_back(width_after(i));
  }
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    in_place_.push_back(writes_over(ops_[i]) && i > 0 && !read_later_[i] &&
                        !needs_own_output(i - 1));
  }
  fused_.assign(ops_.size(), FusedActivation::identity);
  for (std::size_t i = 1; i < ops_.size(); ++i) {
    const auto* activation = std::get_if<ActivationOp>(&ops_[i]);
    if (activation && !activation->runs_plugin() &&
        activation->kernel != FusedActivation::softmax && in_place_[i] &&
        std::holds_alternative<StencilOp>(ops_[i - 1])) {
      fused_[i - 1] = activation->kernel;
    }
  }
}

void Program::check(std::size_t i) {
  if (const auto* step = std::get_if<StencilOp>(&ops_[i])) {
    check(i, *step);
  } else if (const auto* activation = std::get_if<ActivationOp>(&ops_[i])) {
    check(i, *activation);
  } else if (auto* disturb = std::get_if<DisturbOp>(&ops_[i])) {
    disturb->entry = &entry_of(disturb->what);
  }
  for (const std::size_t row : rows_read(ops_[i])) {
    if (row > i) throw Error(ErrorCode::internal, "a step reads a row that is not there yet");
  }
  if (const auto* inject = std::get_if<InjectOp>(&ops_[i])) check(i, *inject);
  if (const auto* collect = std::get_if<CollectOp>(&ops_[i])) check(*collect);
}

void Program::check(std::size_t i, const InjectOp& inject) const {
  const auto cells = static_cast<std::int64_t>(inject.to.size());
  std::set<std::int32_t> heard;
  for (const std::int32_t cell : inject.to) {
    if (cell < 0 || cell >= widths_[i] || !heard.insert(cell).second) {
      throw Error(ErrorCode::internal, "an input is added to a cell that is not there, or twice");
    }
  }
  if (inject.first < 0 || inject.first + cells > widths_[inject.row]) {
    throw Error(ErrorCode::internal, "a pass hears cells that its input has not");
  }
}

void Program::check(const CollectOp& collect) const {
  if (collect.rows.empty()) throw Error(ErrorCode::internal, "no rows are collected");
  for (const std::size_t row : collect.rows) {
    if (collect.mean && widths_[row] != widths_[collect.rows.front()]) {
      throw Error(ErrorCode::internal, "rows of several widths have no mean");
    }
  }
}

std::int64_t Program::width_after(std::size_t i) const {
  if (const auto* step = std::get_if<StencilOp>(&ops_[i])) return step->stencil.out;
  if (const auto* rest = std::get_if<RestOp>(&ops_[i])) return rest->cells;
  const auto* collect = std::get_if<CollectOp>(&ops_[i]);
  if (!collect) return widths_[i];
  std::int64_t cells = 0;
  for (const std::size_t row : collect->rows) {
    cells = collect->mean ? widths_[row] : cells + widths_[row];
  }
  return cells;
}

void Program::check(std::size_t i, const StencilOp& step) const {
  step.stencil.check(widths_.back());
  if (!step.fixed.empty()) {
    step.stencil.check_weights(step.fixed);
    if (step.bias != Bias::none) {
      throw Error(ErrorCode::shape, "a layer with fixed weights has a bias",
                  "let bias() return glia::Bias::none");
    }
  }
  if (!step.shares) return;
  const auto* other = *step.shares < i ? std::get_if<StencilOp>(&ops_[*step.shares]) : nullptr;
  if (!other || other->stencil.first != step.stencil.first ||
      other->stencil.taps != step.stencil.taps || other->bias != step.bias) {
    throw Error(ErrorCode::internal, "a wave step shares the weights of one that is unlike it");
  }
}

void Program::check(std::size_t i, const ActivationOp& activation) const {
  if (activation.runs_plugin() && !activation.phi) {
    throw Error(ErrorCode::internal, "an activation has neither code of its own nor the engine's");
  }
  if (activation.parameters.size() > most_activation_parameters) {
    throw Error(ErrorCode::internal,
                fmt::format("an activation has {} parameters, more than {}",
                            activation.parameters.size(), most_activation_parameters));
  }
  if (!activation.runs_plugin() && activation.trained()) {
    throw Error(ErrorCode::internal,
                "an activation that the engine has of its own cannot have trained parameters",
                "let fused() return none where parameters are trained");
  }
  if (!activation.shares) return;
  const auto owner = *activation.shares;
  const auto* other = owner < i ? std::get_if<ActivationOp>(&ops_[owner]) : nullptr;
  if (!other || other->phi != activation.phi || widths_[owner] != widths_.back()) {
    throw Error(ErrorCode::internal,
                "an activation shares the parameters of one that is unlike it");
  }
}

void Program::add_places(std::size_t op) {
  const auto& activation = std::get<ActivationOp>(ops_[op]);
  if (activation.shares) {
    places_[op] = places_[*activation.shares];
    return;
  }
  for (const auto& parameter : activation.parameters) {
    if (parameter.scope == CellScope::fixed) {
      places_[op].push_back(-1);
      continue;
    }
    places_[op].push_back(parameters_);
    parameters_ += parameter.scope == CellScope::cell ? widths_.back() : 1;
  }
}

std::vector<std::int64_t> Program::own_parameters(std::size_t op) const {
  std::vector<std::int64_t> sizes;
  if (const auto* step = std::get_if<StencilOp>(&ops_[op])) {
    if (step->shares || !step->fixed.empty()) return sizes;
    sizes.push_back(step->stencil.tap_count());
    if (step->bias != Bias::none) sizes.push_back(step->stencil.out);
  } else if (const auto* activation = std::get_if<ActivationOp>(&ops_[op])) {
    if (activation->shares) return sizes;
    for (const auto& parameter : activation->parameters) {
      if (parameter.scope == CellScope::fixed) continue;
      sizes.push_back(parameter.scope == CellScope::cell ? widths_[op] : 1);
    }
  }
  return sizes;
}

void Program::add_block(std::size_t op, Wirings& wirings) {
  const auto& step = std::get<StencilOp>(ops_[op]);
  const Stencil& s = step.stencil;
  ParameterBlock block;
  block.op = op;
  block.taps = taps_;
  block.trained = step.fixed.empty();
  block.wiring = wirings.of(s);
  taps_ += s.tap_count();
  if (block.trained) {
    block.weight = parameters_;
    parameters_ += s.tap_count();
    block.bias = parameters_;
    if (step.bias != Bias::none) parameters_ += s.out;
  }
  block_of_[op] = blocks_.size();
  blocks_.push_back(std::move(block));
}

bool Program::needs_own_output(std::size_t op) const {
  const auto* activation = std::get_if<ActivationOp>(&ops_[op]);
  return activation && activation->kernel != FusedActivation::identity;
}

std::optional<std::size_t> Program::stencil_behind(std::size_t op) const {
  if (is_fused_back(op)) return op - 2;
  if (op == 0 || read_later_[op] || !std::holds_alternative<StencilOp>(ops_[op - 1])) return {};
  return op - 1;
}

bool Program::has_stencil_ahead(std::size_t op) const {
  for (std::size_t next = op + 1; next < ops_.size() && next <= op + 2; ++next) {
    if (std::holds_alternative<StencilOp>(ops_[next]) && stencil_behind(next) == op) return true;
  }
  return false;
}

std::int64_t Program::widest() const { return *std::max_element(widths_.begin(), widths_.end()); }

bool Program::random() const {
  return std::any_of(ops_.begin(), ops_.end(),
                     [](const Op& op) { return std::holds_alternative<DisturbOp>(op); });
}

}  // namespace glia::wave
