// SPDX-License-Identifier: MIT
#pragma once

#include "support.hpp"

#include <algorithm>

namespace wave_test {

/// A stack of 1 to 12 steps of every kind, from a row of 1 to 24 cells.
struct RandomProgram {
  std::int64_t in;
  std::vector<Op> ops;

  explicit RandomProgram(RandomStream& random, bool local = false) : random_(random) {
    in = 1 + below(24);
    widths_ = {in};
    const std::int64_t steps = 1 + below(12);
    for (std::int64_t i = 0; i < steps; ++i) add(local);
    // Whatever was cut or at rest, there is something to learn.
    if (timed_ || ops.empty() || !std::holds_alternative<StencilOp>(ops.back())) weigh(timed_);
  }

 private:
  std::int64_t below(std::uint64_t bound) {
    return static_cast<std::int64_t>(random_.below(bound));
  }

  void add(bool local) {
    switch (below(7)) {
      case 0:
      case 1:
        return weigh();
      case 2:
        ops.emplace_back(activations[below(6)]);
        if (local && std::get<wave::ActivationOp>(ops.back()).kernel == FusedActivation::softmax) {
          ops.back() = FusedActivation::tanh;
        }
        break;
      case 3:
        ops.emplace_back(wave::SkipOp{static_cast<std::size_t>(below(widths_.size()))});
        break;
      case 4: {
        const auto kind = below(2) ? Disturbance::Kind::noise : Disturbance::Kind::drop;
        ops.emplace_back(wave::DisturbOp{{kind, 0.1 * static_cast<double>(below(5))},
                                         0,
                                         static_cast<std::uint64_t>(below(100))});
        break;
      }
      case 5:
        return in_time();
      default:
        return share();
    }
    widths_.push_back(widths_.back());
  }

  std::size_t row() { return static_cast<std::size_t>(below(widths_.size())); }

  void in_time() {
    timed_ = true;
    std::int64_t width = widths_.back();
    switch (below(4)) {
      case 0:
        ops.emplace_back(wave::RestOp{width = 1 + below(24)});
        break;
      case 1:
        ops.emplace_back(inject());
        break;
      case 2:
        ops.emplace_back(collect(width));
        break;
      default:
        ops.emplace_back(wave::CutOp{});
        break;
    }
    widths_.push_back(width);
  }

  /// Some neighbours of a row to cells of this one, in any order.
  wave::InjectOp inject() {
    wave::InjectOp op{row(), 0, {}};
    std::vector<std::int32_t> cells(static_cast<std::size_t>(widths_.back()));
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<std::int32_t>(i);
    for (std::size_t i = cells.size(); i-- > 1;) {
      std::swap(cells[i], cells[static_cast<std::size_t>(below(i + 1))]);
    }
    const std::int64_t from = widths_[op.row];
    const auto most = static_cast<std::uint64_t>(std::min(from, widths_.back()));
    cells.resize(static_cast<std::size_t>(1 + below(most)));
    op.first = below(static_cast<std::uint64_t>(from) - cells.size() + 1);
    op.to = std::move(cells);
    return op;
  }

  wave::CollectOp collect(std::int64_t& width) {
    wave::CollectOp op;
    op.mean = below(2) == 0;
    if (!op.mean) width = 0;
    for (int i = 0; i < 3; ++i) {
      const std::size_t r = op.mean || i > 0 ? row() : widths_.size() - 1;
      if (op.mean ? widths_[r] != width : width + widths_[r] > 60) continue;
      op.rows.push_back(r);
      if (!op.mean) width += widths_[r];
    }
    if (op.rows.empty()) {
      op.rows.push_back(widths_.size() - 1);
      width = widths_.back();
    }
    return op;
  }

  void weigh(bool trained = false) {
    const std::int64_t width = widths_.back();
    const Travel& travel = travels[width > 4 ? below(3) : below(2)];
    StencilOp op{travel.over(width, boundaries[below(2)]), biases[below(3)], {}, {}};
    if (below(5) == 0 && !trained) {
      op.bias = Bias::none;
      for (std::int64_t t = 0; t < op.stencil.tap_count(); ++t) {
        op.fixed.push_back(0.1 * static_cast<double>(below(9)) - 0.4);
      }
    }
    widths_.push_back(op.stencil.out);
    ops.emplace_back(std::move(op));
  }

  /// The last stencil once more, where the row still fits it.
  void share() {
    for (std::size_t i = ops.size(); i-- > 0;) {
      const auto* step = std::get_if<StencilOp>(&ops[i]);
      if (!step || !step->fixed.empty() || step->stencil.in != widths_.back()) continue;
      StencilOp again = *step;
      again.shares = step->shares.value_or(i);
      widths_.push_back(again.stencil.out);
      ops.emplace_back(std::move(again));
      return;
    }
    weigh();
  }

  RandomStream& random_;
  std::vector<std::int64_t> widths_;
  bool timed_ = false;  // whether there are steps in time
};

}  // namespace wave_test
