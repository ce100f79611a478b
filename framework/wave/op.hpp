// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/activation.hpp>
#include <glia/sdk/stencil.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace glia::wave {

struct DisturbanceEntry;

/// One weighted step from row to row.
struct StencilOp {
  Stencil stencil;
  Bias bias = Bias::additive;
  std::vector<double> fixed{};          ///< weights of the taps, if they are not parameters
  std::optional<std::size_t> shares{};  ///< the earlier op whose parameters it uses too
};

/// As pipelines write it.
constexpr const char* name_of(FusedActivation activation) {
  switch (activation) {
    case FusedActivation::none:
      return "none";
    case FusedActivation::identity:
      return "identity";
    case FusedActivation::tanh:
      return "tanh";
    case FusedActivation::elu:
      return "elu";
    case FusedActivation::relu:
      return "relu";
    case FusedActivation::sigmoid:
      return "sigmoid";
    case FusedActivation::softmax:
      return "softmax";
  }
  return "?";
}

/// The response of the cells of a row: the engine's own code, or a plugin's.
struct ActivationOp {
  FusedActivation kernel;                         ///< none: `phi` runs
  std::shared_ptr<const Activation> phi{};        ///< null: only the engine knows it
  std::vector<ActivationParameter> parameters{};  ///< of phi
  std::optional<std::size_t> shares{};            ///< the earlier op whose parameters it uses too

  ActivationOp(FusedActivation own = FusedActivation::identity) : kernel(own) {}  // NOLINT
  explicit ActivationOp(std::shared_ptr<const Activation> plugin)
      : kernel(plugin->fused()), phi(std::move(plugin)), parameters(phi->parameters()) {}

  bool runs_plugin() const { return kernel == FusedActivation::none; }
  /// Whether the backward pass reads what the cells were given.
  bool needs_input() const { return runs_plugin() && phi->needs_input(); }
  bool trained() const {
    return std::any_of(parameters.begin(), parameters.end(),
                       [](const auto& p) { return p.scope != CellScope::fixed; });
  }
};

/// Chance acting on every cell; drawn from stream `stream` of the pass, fork `purpose`.
struct DisturbOp {
  Disturbance what;
  std::size_t stream = 0;
  std::uint64_t purpose = 0;
  const DisturbanceEntry* entry = nullptr;  ///< how it is run: a program looks it up
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

/// A row of `cells` zeros, whatever was before it: the state that is carried through time, at rest.
struct RestOp {
  std::int64_t cells = 0;
};

/// Adds what a pass through time hears to the row: cell first + j of row `row` to cell to[j].
struct InjectOp {
  std::size_t row = 0;
  std::int64_t first = 0;
  std::vector<std::int32_t> to{};  ///< no cell twice
};

/// Several earlier rows, one of which may be the last: side by side, or the mean of rows of one
/// width.
struct CollectOp {
  std::vector<std::size_t> rows{};
  bool mean = false;
};

/// The row as it is; no gradient goes back through it.
struct CutOp {};

/// What makes a row out of earlier ones as they are: the steps of a network in time.
using TimeOp = std::variant<RestOp, InjectOp, CollectOp, CutOp>;

using Op =
    std::variant<StencilOp, ActivationOp, DisturbOp, SkipOp, RestOp, InjectOp, CollectOp, CutOp>;

/// The rows that an op reads besides the one before it. [as long as the op]
std::span<const std::size_t> rows_read(const Op& op);

/// The op with all that it refers to, rows and ops, `by` places further on (or back).
Op moved(Op op, std::ptrdiff_t by);

}  // namespace glia::wave
