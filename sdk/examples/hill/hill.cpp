// SPDX-License-Identifier: MIT
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

namespace {

struct Config {
  double half = 1;
  double steepness = 2;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::half, "half").above(0).doc("Calcium at which a cell answers half."),
    glia::field(&Config::steepness, "steepness")
        .range(1, 8)
        .doc("Hill coefficient: how many ions have to bind together."));

/// Every cell answers its own calcium c with the Hill curve c^s / (half^s + c^s), scaled by a gain
/// that is learnt. Calcium below zero counts as none. [B,n] -> [B,n].
class Hill final : public glia::WaveLayer {
 public:
  explicit Hill(Config config) : config_(config) {}

  std::int64_t out_width(std::int64_t in) const override { return in; }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    gain_ = parameters.add("gain", {in}, glia::Init::normal(1));
  }

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    // With c^s / (half^s + c^s) = 1 / (1 + (half / c)^s) nothing overflows at large c.
    const at::Tensor calcium = row.clamp_min(1e-4);
    return gain_ / (1 + (config_.half / calcium).pow(config_.steepness));
  }

 private:
  Config config_;
  at::Tensor gain_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::wave_layer<Hill>("hill", schema, "Cells answer their calcium with a Hill curve."))
