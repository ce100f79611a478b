// SPDX-License-Identifier: MIT
#pragma once

#include "support.hpp"

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
    if (ops.empty() || !std::holds_alternative<StencilOp>(ops.back())) weigh();
  }

 private:
  std::int64_t below(std::uint64_t bound) {
    return static_cast<std::int64_t>(random_.below(bound));
  }

  void add(bool local) {
    switch (below(6)) {
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
      default:
        return share();
    }
    widths_.push_back(widths_.back());
  }

  void weigh() {
    const std::int64_t width = widths_.back();
    const Travel& travel = travels[width > 4 ? below(3) : below(2)];
    StencilOp op{travel.over(width, boundaries[below(2)]), biases[below(3)], {}, {}};
    if (below(5) == 0) {
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
};

}  // namespace wave_test
