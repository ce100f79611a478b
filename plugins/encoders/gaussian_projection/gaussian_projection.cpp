// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/projection.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace {

struct Config {
  std::int64_t z_features = 20;
};

constexpr auto schema = glia::schema<Config>(glia::projection_width<Config>);

/// The entries of M are drawn from N(0, 1/z): lengths and angles of the inputs survive on average
/// (Johnson & Lindenstrauss, 1984).
class GaussianProjection final : public glia::Projection {
 public:
  explicit GaussianProjection(Config config) : Projection(config.z_features) {}

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const double deviation = 1 / std::sqrt(static_cast<double>(z_features()));
    add_matrix(in, parameters, glia::Init::normal(deviation));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<GaussianProjection>(
                         "gaussian_projection", schema,
                         "Random projection with normal entries; nothing is trained."))
