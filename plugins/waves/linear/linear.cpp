// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <numeric>
#include <string>

namespace {

struct Config {
  std::int64_t width = 0;
  bool bias = true;
};

constexpr auto schema =
    glia::schema<Config>(glia::field(&Config::width, "width")
                             .required()
                             .at_least(1)
                             .unit("neurons")
                             .doc("Width of the row that it makes."),
                         glia::field(&Config::bias, "bias").doc("Whether each neuron has a bias."));

/// A dense layer of neurons, y = W x + b: the control that astrocytes are compared with, not local
/// on purpose. [B,n] -> [B,width].
class Linear final : public glia::StencilLayer {
 public:
  explicit Linear(Config config) : config_(config) {}

  glia::Stencil stencil(std::int64_t in) const override {
    constexpr std::int64_t most_weights = 100'000'000;
    if (config_.width > most_weights / in) {
      throw glia::Error(glia::ErrorCode::shape,
                        "a dense layer of " + std::to_string(config_.width) + " neurons on " +
                            std::to_string(in) + " cells has more than 100000000 weights",
                        "give it a smaller width");
    }
    glia::Stencil s{in, config_.width, {}, {}};
    s.first.resize(static_cast<std::size_t>(config_.width) + 1);
    s.taps.resize(static_cast<std::size_t>(config_.width * in));
    for (std::int64_t j = 0; j < config_.width; ++j) {
      const auto row = s.taps.begin() + j * in;
      std::iota(row, row + in, 0);
      s.first[static_cast<std::size_t>(j) + 1] = static_cast<std::int32_t>((j + 1) * in);
    }
    return s;
  }

  glia::Bias bias() const override {
    return config_.bias ? glia::Bias::additive : glia::Bias::none;
  }

  bool local() const override { return false; }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::wave_layer<Linear>("linear", schema, "A dense layer of neurons, for controls."))
