// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

namespace {

struct Config {
  double sigma = 0.1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::sigma, "sigma")
        .at_least(0)
        .doc("Standard deviation of what is added to every cell; 0: nothing."));

/// Every cell gets normal noise of its own added, in training and in testing. [B,n] -> [B,n].
class Noise final : public glia::DisturbanceLayer {
 public:
  explicit Noise(Config config) : config_(config) {}

  glia::Disturbance disturbance() const override {
    return {glia::Disturbance::Kind::noise, config_.sigma};
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Noise>("noise", schema,
                                             "Adds normal noise to every cell, in training and in "
                                             "testing."))
