// SPDX-License-Identifier: MIT
// An activation that only tests know.
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {
  double width = 2;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::width, "width").range(0.5, 8).unit("uM").doc("How wide the bump is."));

/// w^2 / (w^2 + x^2): a cell answers to what is near zero.
class Bump final : public glia::ElementwiseActivation<Bump> {
 public:
  explicit Bump(Config config) : square_(config.width * config.width) {}

  template <class T>
  T value(const T& x, const T*) const {
    return T(square_) / (T(square_) + x * x);
  }
  template <class T>
  T derivative(T x, T y, const T*) const {
    return T(-2 / square_) * x * (y * y);
  }

 private:
  double square_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Bump>("bump", schema, "Answers to what is near zero."))
