// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

namespace {

struct Config {
  double p = 0.1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::p, "p")
        .at_least(0)
        .below(1)
        .doc("Probability that a cell is silent in a training step; 0: nothing drops out."));

/// Dropout: in training, a cell is silent with probability p, else louder by 1 / (1 - p); nothing
/// happens in testing. [B,n] -> [B,n].
class Drop final : public glia::DisturbanceLayer {
 public:
  explicit Drop(Config config) : config_(config) {}

  glia::Disturbance disturbance() const override {
    return {glia::Disturbance::Kind::drop, config_.p};
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Drop>("drop", schema,
                                            "Cells fall silent by chance while the network "
                                            "trains."))
