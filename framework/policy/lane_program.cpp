// SPDX-License-Identifier: MIT
#include "policy/lane_program.hpp"

#include "core/tiny_as_zero.hpp"
#include "core/vectorised.hpp"
#include "wave/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace glia::policy {
namespace {

constexpr std::int64_t lanes = LaneProgram::lanes;

const wave::StencilOp& stencil_of(const wave::Program& program, const wave::ParameterBlock& block) {
  return std::get<wave::StencilOp>(program.ops()[block.op]);
}

/// y += w * x, lane by lane.
void add_tap(const float* w, const float* x, float* y) {
  vectorised(lanes, [=](std::int64_t i) GLIA_VECTORISED { y[i] = std::fma(w[i], x[i], y[i]); });
}

/// The same of three taps at once, as most cells have them.
void add_three(const float* w, const float* a, const float* b, const float* c, float* y) {
  vectorised(lanes, [=](std::int64_t i) GLIA_VECTORISED {
    const float first = std::fma(w[i], a[i], y[i]);
    const float second = std::fma(w[lanes + i], b[i], first);
    y[i] = std::fma(w[2 * lanes + i], c[i], second);
  });
}

}  // namespace

LaneProgram::LaneProgram(const wave::Program& program, const std::vector<Carry>& carries)
    : program_(program) {
  std::int64_t cells = 0, biases = 0;
  place_.push_back(0);
  for (std::size_t r = 1; r <= program.ops().size(); ++r) {
    place_.push_back(cells);
    cells += program.width(r);
  }
  for (const auto& block : program.blocks()) {
    const auto& step = stencil_of(program, block);
    const bool added = step.bias == Bias::additive && step.fixed.empty();
    bias_place_.push_back(added ? biases : -1);
    if (added) biases += step.stencil.out;
  }
  rows_ = wave::Memory<float>(std::max<std::int64_t>(1, cells) * lanes, 0.0F);
  weights_ = wave::Memory<float>(std::max<std::int64_t>(1, program.tap_count()) * lanes, 0.0F);
  biases_ = wave::Memory<float>(std::max<std::int64_t>(1, biases) * lanes, 0.0F);
  group_x_ = wave::Memory<float>(program.widest() * lanes, 0.0F);
  group_y_ = wave::Memory<float>(program.widest() * lanes, 0.0F);
  for (const Carry& carry : carries) {
    states_.push_back({carry, wave::Memory<float>(program.width(carry.row) * lanes, 0.0F)});
  }
}

void LaneProgram::set(std::int64_t first, std::int64_t last, const float* flat) {
  if (first == 0) groups_used_ = 0;
  if (groups_used_ == groups_.size()) {
    groups_.push_back({0, 0, std::make_unique<wave::Weights<float>>(program_)});
  }
  Group& group = groups_[groups_used_++];
  group.first = first, group.last = last;
  group.weights->prepare(flat);
  const auto fill = [&](float* all, const float* numbers, std::int64_t count) {
    for (std::int64_t n = 0; n < count; ++n) {
      std::fill(all + n * lanes + first, all + n * lanes + last, numbers[n]);
    }
  };
  for (std::size_t b = 0; b < program_.blocks().size(); ++b) {
    const auto& block = program_.blocks()[b];
    const auto& stencil = stencil_of(program_, block).stencil;
    fill(weights_.data() + block.taps * lanes, group.weights->weight(b),
         static_cast<std::int64_t>(stencil.taps.size()));
    if (bias_place_[b] < 0) continue;
    fill(biases_.data() + bias_place_[b] * lanes, group.weights->bias(b), stencil.out);
  }
}

const float* LaneProgram::forward(const float* x, const wave::Draws& draws) {
  const TinyAsZero mode;
  for (std::size_t i = 0; i < program_.ops().size(); ++i) {
    run(i, x, row(i, x), rows_.data() + place_[i + 1] * lanes, draws);
  }
  for (State& state : states_) {
    std::copy_n(row(state.carry.row, x), state.cells.size(), state.cells.data());
  }
  return row(program_.ops().size(), x);
}

void LaneProgram::rest() {
  for (State& state : states_) std::fill_n(state.cells.data(), state.cells.size(), 0.0F);
}

void LaneProgram::run(std::size_t i, const float* x, const float* in, float* out,
                      const wave::Draws& draws) {
  const wave::Op& op = program_.ops()[i];
  if (const auto* step = std::get_if<wave::StencilOp>(&op)) {
    weigh(i, *step, in, out);
  } else if (const auto* activation = std::get_if<wave::ActivationOp>(&op)) {
    respond(i, *activation, in, out);
  } else if (const auto* disturbed = std::get_if<wave::DisturbOp>(&op)) {
    disturb(i, *disturbed, in, out, draws);
  } else if (const auto* skipped = std::get_if<wave::SkipOp>(&op)) {
    skip(i, *skipped, in, row(skipped->row, x), out);
  } else if (std::holds_alternative<wave::RestOp>(op)) {
    begin(i, out);
  } else if (const auto* heard = std::get_if<wave::InjectOp>(&op)) {
    inject(i, *heard, in, row(heard->row, x), out);
  } else if (const auto* collected = std::get_if<wave::CollectOp>(&op)) {
    collect(i, *collected, x, out);
  } else {
    std::copy_n(in, program_.width(i) * lanes, out);  // a cut, which gradients do not pass
  }
}

void LaneProgram::begin(std::size_t op, float* y) const {
  for (const State& state : states_) {
    if (state.carry.rest != op) continue;
    std::copy_n(state.cells.data(), state.cells.size(), y);
    return;
  }
  std::fill_n(y, program_.width(op + 1) * lanes, 0.0F);
}

void LaneProgram::inject(std::size_t op, const wave::InjectOp& inject, const float* x,
                         const float* from, float* y) const {
  std::copy_n(x, program_.width(op) * lanes, y);
  const float* heard = from + inject.first * lanes;
  for (const std::int32_t cell : inject.to) {
    float* to = y + cell * lanes;
    for (std::int64_t l = 0; l < lanes; ++l) to[l] += heard[l];
    heard += lanes;
  }
}

void LaneProgram::collect(std::size_t op, const wave::CollectOp& collect, const float* x,
                          float* y) const {
  if (!collect.mean) {
    for (const std::size_t r : collect.rows) {
      y = std::copy_n(row(r, x), program_.width(r) * lanes, y);
    }
    return;
  }
  const std::int64_t count = program_.width(op + 1) * lanes;
  const float share = 1.0F / static_cast<float>(collect.rows.size());
  std::fill_n(y, count, 0.0F);
  for (const std::size_t r : collect.rows) {
    const float* from = row(r, x);
    for (std::int64_t i = 0; i < count; ++i) y[i] += share * from[i];
  }
}

void LaneProgram::weigh(std::size_t op, const wave::StencilOp& step, const float* x,
                        float* y) const {
  const std::size_t block = program_.block_of(op);
  const float* w = weights_.data() + program_.blocks()[block].taps * lanes;
  const auto& heard = step.stencil.taps;
  for (std::int64_t j = 0; j < step.stencil.out; ++j, y += lanes) {
    if (bias_place_[block] < 0) {
      std::fill_n(y, lanes, 0.0F);
    } else {
      std::copy_n(biases_.data() + (bias_place_[block] + j) * lanes, lanes, y);
    }
    auto t = static_cast<std::size_t>(step.stencil.first[static_cast<std::size_t>(j)]);
    const auto end = static_cast<std::size_t>(step.stencil.first[static_cast<std::size_t>(j) + 1]);
    const auto cell = [&](std::size_t tap) { return x + heard[tap] * lanes; };
    for (; t + 3 <= end; t += 3) {
      add_three(w + static_cast<std::int64_t>(t) * lanes, cell(t), cell(t + 1), cell(t + 2), y);
    }
    for (; t < end; ++t) add_tap(w + static_cast<std::int64_t>(t) * lanes, cell(t), y);
  }
}

void LaneProgram::respond(std::size_t op, const wave::ActivationOp& activation, const float* x,
                          float* y) {
  const std::int64_t cells = program_.width(op);
  if (!activation.runs_plugin()) {
    return wave::kernels<float>().activate(activation.kernel, cells, lanes, x, y);
  }
  if (!activation.trained()) {
    return activation.phi->forward({.cells = cells,
                                    .stride = lanes,
                                    .x = x,
                                    .out = y,
                                    .parameters = groups_.front().weights->of_cells(op)});
  }
  // Parameters are given for a whole pass: one pass for each group, over copies of its lanes.
  for (std::size_t g = 0; g < groups_used_; ++g) {
    const Group& group = groups_[g];
    const std::int64_t count = group.last - group.first;
    const std::int64_t stride =
        (count + wave::lanes<float> - 1) / wave::lanes<float> * wave::lanes<float>;
    for (std::int64_t c = 0; c < cells; ++c) {
      std::fill_n(group_x_.data() + c * stride, stride, 0.0F);
      std::copy_n(x + c * lanes + group.first, count, group_x_.data() + c * stride);
    }
    activation.phi->forward({.cells = cells,
                             .stride = stride,
                             .x = group_x_.data(),
                             .out = group_y_.data(),
                             .parameters = group.weights->of_cells(op)});
    for (std::int64_t c = 0; c < cells; ++c) {
      std::copy_n(group_y_.data() + c * stride, count, y + c * lanes + group.first);
    }
  }
}

void LaneProgram::disturb(std::size_t op, const wave::DisturbOp& what, const float* x, float* y,
                          const wave::Draws& draws) const {
  const std::int64_t cells = program_.width(op);
  if (what.entry->rests(what.what.level, draws.training)) {
    std::copy_n(x, cells * lanes, y);
    return;
  }
  wave::draw_cells<float>(what, draws, cells, lanes, [&](std::int64_t c, const float* terms) {
    for (std::int64_t i = c * lanes, l = 0; l < lanes; ++i, ++l) {
      y[i] = what.entry->scales ? x[i] * terms[l] : x[i] + terms[l];
    }
  });
}

void LaneProgram::skip(std::size_t op, const wave::SkipOp& skip, const float* x, const float* from,
                       float* y) const {
  std::copy_n(x, program_.width(op) * lanes, y);
  const wave::Overlay over(program_.width(op), program_.width(skip.row));
  const float* added = from + over.b * lanes;
  float* to = y + over.a * lanes;
  for (std::int64_t i = 0; i < over.count * lanes; ++i) to[i] += added[i];
}

}  // namespace glia::policy
