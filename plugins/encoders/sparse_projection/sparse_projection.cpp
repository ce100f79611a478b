// SPDX-License-Identifier: MIT
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/plugin.hpp>

#include <torch/types.h>

#include <cmath>

namespace {

struct Config {
  std::int64_t z_features = 20;
  double density = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::z_features, "z_features")
        .at_least(1)
        .unit("cells")
        .doc("Features: the width of the row that the first astrocytes hear."),
    glia::field(&Config::density, "density")
        .range(0, 1)
        .doc("Share of the entries that are not zero; 0: 1/sqrt(n) for inputs of n numbers."));

/// Very sparse random projection (Li, Hastie & Church, 2006), z = x M: an entry of M is
/// +sqrt(1/(s z)) or -sqrt(1/(s z)) with probability s/2 each, s the density, else 0. Nothing is
/// trained.
class SparseProjection final : public glia::Encoder {
 public:
  explicit SparseProjection(Config config) : config_(config) {}

  std::int64_t out_width(const glia::SampleSpec&) const override { return config_.z_features; }

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const auto n = static_cast<double>(in.features());
    const double density = config_.density > 0 ? config_.density : 1 / std::sqrt(n);
    const double size = 1 / std::sqrt(density * static_cast<double>(config_.z_features));
    // A uniform draw from (-1, 1) says which entries stand and with which sign.
    matrix_ = parameters.add("matrix", {in.features(), config_.z_features}, glia::Init::uniform(1));
    at::NoGradGuard no_grad;
    matrix_.copy_(matrix_.abs().ge(1 - density) * matrix_.sign() * size);
  }

  glia::Latent encode(const at::Tensor& inputs) const override {
    return {inputs.mm(matrix_), at::Tensor()};
  }

 private:
  Config config_;
  at::Tensor matrix_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<SparseProjection>(
                         "sparse_projection", schema,
                         "Random projection with few entries that are not zero; nothing is "
                         "trained."))
