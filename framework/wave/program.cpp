// SPDX-License-Identifier: MIT
#include "wave/program.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <utility>

namespace glia::wave {

Program::Program(std::int64_t in, std::vector<Op> ops) : ops_(std::move(ops)) {
  if (ops_.empty()) throw Error(ErrorCode::internal, "a wave program needs at least one step");
  widths_.push_back(in);
  block_of_.resize(ops_.size());
  read_by_skip_.resize(ops_.size() + 1);
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    check(i);
    std::int64_t width = widths_.back();
    if (const auto* step = std::get_if<StencilOp>(&ops_[i])) {
      width = step->stencil.out;
      if (step->shares) {
        block_of_[i] = block_of_[*step->shares];
      } else {
        add_block(i);
      }
    } else if (const auto* skip = std::get_if<SkipOp>(&ops_[i])) {
      read_by_skip_[skip->row] = true;
    }
    widths_.push_back(width);
  }
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const bool weighs = std::holds_alternative<StencilOp>(ops_[i]);
    in_place_.push_back(!weighs && i > 0 && !read_by_skip_[i] && !needs_own_output(i - 1));
  }
  fused_.assign(ops_.size(), Activation::identity);
  for (std::size_t i = 1; i < ops_.size(); ++i) {
    const auto* activation = std::get_if<Activation>(&ops_[i]);
    if (activation && *activation != Activation::softmax && in_place_[i] &&
        std::holds_alternative<StencilOp>(ops_[i - 1])) {
      fused_[i - 1] = *activation;
    }
  }
}

void Program::check(std::size_t i) {
  const std::int64_t width = widths_.back();
  if (const auto* step = std::get_if<StencilOp>(&ops_[i])) {
    if (step->stencil.in != width) {
      throw Error(ErrorCode::shape, "a stencil for rows of " + std::to_string(step->stencil.in) +
                                        " cells follows a row of " + std::to_string(width));
    }
    if (!step->fixed.empty() &&
        (static_cast<std::int64_t>(step->fixed.size()) != step->stencil.tap_count() ||
         step->bias != Bias::none)) {
      throw Error(ErrorCode::shape,
                  "a layer with fixed weights gives " + std::to_string(step->fixed.size()) +
                      " of them for " + std::to_string(step->stencil.tap_count()) +
                      " taps, or has a bias",
                  "give one weight per tap and the bias 'none'");
    }
    if (step->shares) {
      const auto* other =
          *step->shares < i ? std::get_if<StencilOp>(&ops_[*step->shares]) : nullptr;
      if (!other || other->stencil.taps != step->stencil.taps || other->bias != step->bias) {
        throw Error(ErrorCode::internal, "a wave step shares the weights of one that is unlike it");
      }
    }
  } else if (const auto* skip = std::get_if<SkipOp>(&ops_[i])) {
    if (skip->row > i) throw Error(ErrorCode::internal, "a skip reads a row that is not there yet");
  }
}

void Program::add_block(std::size_t op) {
  const auto& step = std::get<StencilOp>(ops_[op]);
  const Stencil& s = step.stencil;
  ParameterBlock block;
  block.op = op;
  block.taps = taps_;
  block.trained = step.fixed.empty();
  taps_ += s.tap_count();
  if (block.trained) {
    block.weight = parameters_;
    parameters_ += s.tap_count();
    block.bias = parameters_;
    if (step.bias != Bias::none) parameters_ += s.out;
  }
  block.back_first.assign(static_cast<std::size_t>(s.in) + 1, 0);
  for (const auto k : s.taps) ++block.back_first[static_cast<std::size_t>(k) + 1];
  for (std::size_t k = 0; k < static_cast<std::size_t>(s.in); ++k) {
    block.back_first[k + 1] += block.back_first[k];
  }
  block.back_cells.resize(s.taps.size());
  block.back_taps.resize(s.taps.size());
  auto next = block.back_first;
  for (std::int32_t j = 0; j < s.out; ++j) {
    for (auto t = s.first[static_cast<std::size_t>(j)];
         t < s.first[static_cast<std::size_t>(j) + 1]; ++t) {
      const auto k = static_cast<std::size_t>(s.taps[static_cast<std::size_t>(t)]);
      const auto place = static_cast<std::size_t>(next[k]++);
      block.back_cells[place] = j;
      block.back_taps[place] = t;
    }
  }
  block_of_[op] = blocks_.size();
  blocks_.push_back(std::move(block));
}

bool Program::needs_own_output(std::size_t op) const {
  const auto* activation = std::get_if<Activation>(&ops_[op]);
  return activation && *activation != Activation::identity;
}

std::int64_t Program::widest() const { return *std::max_element(widths_.begin(), widths_.end()); }

bool Program::random() const {
  return std::any_of(ops_.begin(), ops_.end(),
                     [](const Op& op) { return std::holds_alternative<DisturbOp>(op); });
}

}  // namespace glia::wave
