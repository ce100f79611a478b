// SPDX-License-Identifier: MIT
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <torch/types.h>

#include <cmath>

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
class Linear final : public glia::WaveLayer {
 public:
  explicit Linear(Config config) : config_(config) {}

  std::int64_t out_width(std::int64_t) const override { return config_.width; }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    const auto init = glia::Init::uniform(1 / std::sqrt(static_cast<double>(in)));
    weight_ = parameters.add("weight", {config_.width, in}, init);
    if (config_.bias) bias_ = parameters.add("bias", {config_.width}, init);
  }

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return at::linear(row, weight_, bias_);
  }

  bool local() const override { return false; }

 private:
  Config config_;
  at::Tensor weight_, bias_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::wave_layer<Linear>("linear", schema, "A dense layer of neurons, for controls."))
