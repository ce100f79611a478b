// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/shape.hpp>
#include <glia/sdk/stencil.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace at {
class Tensor;
}

namespace glia {

class ParameterSet;

/// How a cell's bias enters its sum.
enum class Bias {
  none,
  additive,    ///< y_j = sum_k w_jk x_k + b_j
  compounding  ///< while visiting taps in ascending order, y_j <- (y_j + w_jk x_k)(1 + b_j)
};

/// How weights and biases of a stencil start.
enum class StencilInit {
  fan_in,     ///< U(-1/sqrt(t), 1/sqrt(t)), t = taps of the cell
  row_width,  ///< U(-1/sqrt(n), 1/sqrt(n)), n = width of the row heard (as published)
  orthogonal  ///< a random row map that nearly keeps lengths, for deep stacks; biases start at 0
};

/// One step of a wave from row to row; the common root of `StencilLayer`, `DisturbanceLayer` and
/// `WaveLayer`.
class GLIA_API Layer {
 public:
  enum class Kind { stencil, disturbance, general };

  virtual ~Layer();
  Kind kind() const noexcept { return kind_; }

  /// Told once, before anything else is asked, how the cells of the row lie that it hears; whoever
  /// sees no sheets has nothing to do. Error (shape) if it cannot hear such a row.
  virtual void hear(const Shape& in);

  /// Width of the row that a row of `in` cells becomes; Error (shape) if it cannot. [thread-safe]
  virtual std::int64_t out_width(std::int64_t in) const = 0;

 private:
  friend class StencilLayer;
  friend class DisturbanceLayer;
  friend class WaveLayer;
  explicit Layer(Kind kind) : kind_(kind) {}

  Kind kind_;
};

/// A wave layer that only states who hears whom. Locality (cells talk to neighbours and nobody
/// else) holds by construction, and chains of such layers run in the fused engine: no kernel to
/// write, and no LibTorch header to compile.
class GLIA_API StencilLayer : public Layer {
 public:
  StencilLayer() : Layer(Kind::stencil) {}
  ~StencilLayer() override;

  /// The taps of every cell of the next row. Pure. [thread-safe]
  virtual Stencil stencil(std::int64_t in) const = 0;
  virtual Bias bias() const { return Bias::additive; }
  virtual StencilInit init() const { return StencilInit::fan_in; }

  /// One weight per tap of `stencil(in)`, in its order, for a layer that is not trained (diffusion,
  /// say; its bias must be `none`). Empty: the weights are parameters. Pure. [thread-safe]
  virtual std::vector<double> fixed_weights(std::int64_t in) const;

  /// False for layers that connect distant cells on purpose (dense controls).
  virtual bool local() const { return true; }

  /// How the cells of both rows lie, and who is near whom there: what locality is judged by.
  /// [thread-safe]
  virtual Shape in_shape(std::int64_t in) const { return Shape::chain(in); }
  virtual Shape out_shape(std::int64_t in) const { return Shape::chain(out_width(in)); }
  virtual Topology topology() const { return Topology::ring; }

  std::int64_t out_width(std::int64_t in) const final;
};

/// What chance does to every cell on its own.
struct Disturbance {
  /// One that the host knows, by its name (framework/wave/disturbances).
  struct Kind {
    std::string_view name;  ///< outlives the program

    static const Kind noise;  ///< y = x + N(0, level^2), in training and in testing
    static const Kind
        drop;  ///< y = 0 with probability level, else x / (1 - level); y = x in testing
    bool operator==(const Kind&) const = default;
  };
  Kind kind;
  double level = 0;  ///< noise: standard deviation, >= 0; drop: probability in [0, 1). 0 = nothing
};

inline constexpr Disturbance::Kind Disturbance::Kind::noise{"noise"};
inline constexpr Disturbance::Kind Disturbance::Kind::drop{"drop"};

/// A layer that disturbs the cells of a row, each on its own: no weights, and no cell hears
/// another. Runs in the fused engine; the draws are keyed by seed, network, step and batch.
class GLIA_API DisturbanceLayer : public Layer {
 public:
  DisturbanceLayer() : Layer(Kind::disturbance) {}
  ~DisturbanceLayer() override;

  /// Pure. [thread-safe]
  virtual Disturbance disturbance() const = 0;

  std::int64_t out_width(std::int64_t in) const final { return in; }
};

/// What a forward pass may know besides its row.
struct ForwardContext {
  bool training = false;
  RandomStream* random = nullptr;  ///< the only source of noise; keyed by node and message
};

/// A wave layer with any LibTorch code: slower, and checked for locality rather than local by
/// construction.
class GLIA_API WaveLayer : public Layer {
 public:
  WaveLayer() : Layer(Kind::general) {}
  ~WaveLayer() override;

  /// Adds the parameters for rows of `in` cells. Called once.
  virtual void build(std::int64_t in, ParameterSet& parameters) = 0;

  /// row [B, in] -> [B, out]. [thread-safe: must not change the layer]
  virtual at::Tensor forward(const at::Tensor& row, ForwardContext& context) const = 0;

  /// False for layers that connect distant cells on purpose (dense controls).
  virtual bool local() const { return true; }
};

}  // namespace glia
