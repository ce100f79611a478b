// SPDX-License-Identifier: MIT
#pragma once

#include "core/activation.hpp"

#include <glia/sdk/stencil.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace glia::wave {

/// One weighted step from row to row.
struct StencilOp {
  Stencil stencil;
  Bias bias = Bias::additive;
  std::vector<double> fixed{};          ///< weights of the taps, if they are not parameters
  std::optional<std::size_t> shares{};  ///< the earlier op whose parameters it uses too
};

/// Chance acting on every cell; drawn from stream `stream` of the pass, fork `purpose`.
struct DisturbOp {
  Disturbance what;
  std::size_t stream = 0;
  std::uint64_t purpose = 0;
};

/// Adds row `row` (0: the input, i + 1: what op i made), same cell to same cell; rows of other
/// widths are laid centre on centre.
struct SkipOp {
  std::size_t row = 0;
};

/// Where two rows lie over each other, centre on centre: `count` cells, from cell `a` of the one
/// and from cell `b` of the other.
struct Overlay {
  std::int64_t a, b, count;

  Overlay(std::int64_t width_a, std::int64_t width_b)
      : a(std::max<std::int64_t>(0, (width_a - width_b) / 2)),
        b(std::max<std::int64_t>(0, (width_b - width_a) / 2)),
        count(std::min(width_a - a, width_b - b)) {}
};

using Op = std::variant<StencilOp, Activation, DisturbOp, SkipOp>;

}  // namespace glia::wave
