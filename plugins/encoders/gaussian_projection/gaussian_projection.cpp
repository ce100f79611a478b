// SPDX-License-Identifier: MIT
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/plugin.hpp>

#include <torch/types.h>

#include <cmath>

namespace {

struct Config {
  std::int64_t z_features = 20;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::z_features, "z_features")
        .at_least(1)
        .unit("cells")
        .doc("Features: the width of the row that the first astrocytes hear."));

/// Gaussian random projection, z = x M with the entries of M drawn from N(0, 1/z): lengths and
/// angles of the inputs survive on average (Johnson & Lindenstrauss, 1984). Nothing is trained.
class GaussianProjection final : public glia::Encoder {
 public:
  explicit GaussianProjection(Config config) : config_(config) {}

  std::int64_t out_width(const glia::SampleSpec&) const override { return config_.z_features; }

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const double deviation = 1 / std::sqrt(static_cast<double>(config_.z_features));
    matrix_ = parameters.add("matrix", {in.features(), config_.z_features},
                             glia::Init::normal(deviation));
  }

  glia::Latent encode(const at::Tensor& inputs) const override {
    return {inputs.mm(matrix_), at::Tensor()};
  }

 private:
  Config config_;
  at::Tensor matrix_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<GaussianProjection>(
                         "gaussian_projection", schema,
                         "Random projection with normal entries; nothing is trained."))
