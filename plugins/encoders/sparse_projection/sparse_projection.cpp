// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/projection.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace {

struct Config {
  std::int64_t z_features = 20;
  double density = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::projection_width<Config>,
    glia::field(&Config::density, "density")
        .range(0, 1)
        .doc("Share of the entries that are not zero; 0: 1/sqrt(n) for inputs of n numbers."));

/// Very sparse random projection (Li, Hastie & Church, 2006): an entry of M is +sqrt(1/(s z)) or
/// -sqrt(1/(s z)) with probability s/2 each, s the density, else 0.
class SparseProjection final : public glia::Projection {
 public:
  explicit SparseProjection(Config config)
      : Projection(config.z_features), density_(config.density) {}

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const auto n = static_cast<double>(in.features());
    const double density = density_ > 0 ? density_ : 1 / std::sqrt(n);
    const double size = 1 / std::sqrt(density * static_cast<double>(z_features()));
    // A uniform draw from (-1, 1) says which entries stand and with which sign.
    at::Tensor& matrix = add_matrix(in, parameters, glia::Init::uniform(1));
    at::NoGradGuard no_grad;
    matrix.copy_(matrix.abs().ge(1 - density) * matrix.sign() * size);
  }

 private:
  double density_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<SparseProjection>(
                         "sparse_projection", schema,
                         "Random projection with few entries that are not zero; nothing is "
                         "trained."))
