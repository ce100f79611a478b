// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/formula.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace glia {

/// Activations that the engine computes together with the sums of a stencil.
enum class FusedActivation { none, identity, tanh, elu, relu, sigmoid, softmax };

/// Whose a parameter of an activation is.
enum class CellScope {
  fixed,  ///< nobody's: a constant
  row,    ///< one for all cells of the row, trained
  cell    ///< one for each cell, trained
};

/// A parameter of an activation and the number that it starts from.
struct ActivationParameter {
  std::string name;
  double start = 0;
  CellScope scope = CellScope::fixed;
};

/// Most samples that an activation is given at a time, and most parameters that it may have.
inline constexpr std::int64_t most_activation_samples = 128;
inline constexpr std::size_t most_activation_parameters = 8;

/// A parameter during a pass: cell c has `value[c * step]`.
template <class T>
struct CellParameter {
  const T* value = nullptr;
  T* gradient = nullptr;  ///< where the loss's derivative is added up; null: not wanted
  std::int64_t step = 0;  ///< 1: one for each cell; 0: one for all
};

/// A row of cells for several samples: sample s of cell c is number [c * stride + s]. Numbers
/// beyond the samples of a batch are finite, and dy is 0 there.
template <class T>
struct ActivationPass {
  std::int64_t cells = 0, stride = 0;
  const T* x = nullptr;   ///< what the cells are given; backward: null unless `needs_input`
  const T* y = nullptr;   ///< backward only: what they answered
  const T* dy = nullptr;  ///< backward only: the loss's derivative by y
  T* out = nullptr;       ///< forward: y, may be x; backward: the loss's derivative by x, may be dy
  std::span<const CellParameter<T>> parameters{};
};

/// The response of cells: phi, applied to a row. Most activations are an
/// `ElementwiseActivation`.
class GLIA_API Activation {
 public:
  virtual ~Activation();

  /// In the order in which the passes get them; at most `most_activation_parameters`. Pure.
  virtual std::vector<ActivationParameter> parameters() const { return {}; }

  /// out = phi(x). [thread-safe]
  virtual void forward(const ActivationPass<float>& pass) const = 0;
  virtual void forward(const ActivationPass<double>& pass) const = 0;
  /// out = dy times phi's derivative; adds up the gradients of parameters. [thread-safe]
  virtual void backward(const ActivationPass<float>& pass) const = 0;
  virtual void backward(const ActivationPass<double>& pass) const = 0;

  /// Whether `backward` reads x, which the engine then has to keep.
  virtual bool needs_input() const { return true; }
  /// Whether every cell answers to what it is given itself, whatever the others are given.
  virtual bool elementwise() const { return true; }
  /// The same function by name, if it is one that the engine has: then the engine's own code runs.
  /// It must have no parameters that are trained. [thread-safe]
  virtual FusedActivation fused() const { return FusedActivation::none; }
  /// The same function of one cell, written down: how backends that cannot run the plugin's code
  /// compute it.
  virtual std::optional<Formula> formula() const { return std::nullopt; }
};

}  // namespace glia
