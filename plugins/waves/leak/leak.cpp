// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace {

struct Config {
  double sigma = 0.1;
  std::int64_t kernel_size = 3;
  bool attenuating = false;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::sigma, "sigma")
        .at_least(0)
        .unit("cells")
        .doc("Width of the Gaussian that transmitter diffuses by; 0: nothing leaks."),
    glia::field(&Config::kernel_size, "kernel_size")
        .range(1, 999)
        .unit("cells")
        .doc("Cells that one cell's transmitter reaches, itself in the middle; odd."),
    glia::field(&Config::attenuating, "attenuating")
        .doc("false: diffusion keeps the sum of the row, and row ends reflect. true: as published, "
             "what passes an end is lost, and every cell is scaled by the kernel's middle value."),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.kernel_size % 2 == 1 ? nullptr : "kernel_size must be odd";
    }));

/// Gliotransmitter leaks into the neighbourhood: a Gaussian blur along the row. Not trained.
/// [B,n] -> [B,n].
///
/// The published code blurs a picture of n x 1 pixels with a 2-D kernel, of which only the middle
/// column meets the row: hence the factor that `attenuating` keeps.
class Leak final : public glia::StencilLayer {
 public:
  explicit Leak(Config config) : config_(config) {}

  glia::Stencil stencil(std::int64_t in) const override {
    glia::Stencil s{in, in, {0}, {}};
    for (std::int64_t j = 0; j < in; ++j) {
      for (const auto& [i, weight] : heard(j, in)) s.taps.push_back(static_cast<std::int32_t>(i));
      s.first.push_back(static_cast<std::int32_t>(s.taps.size()));
    }
    return s;
  }

  std::vector<double> fixed_weights(std::int64_t in) const override {
    std::vector<double> weights;
    for (std::int64_t j = 0; j < in; ++j) {
      for (const auto& [i, weight] : heard(j, in)) weights.push_back(weight);
    }
    return weights;
  }

  glia::Bias bias() const override { return glia::Bias::none; }
  bool local() const override { return config_.kernel_size <= 3; }

 private:
  std::int64_t radius() const { return config_.kernel_size / 2; }

  /// The normalised kernel, g_t ~ exp(-t^2 / 2 sigma^2), t = -radius .. radius.
  std::vector<double> kernel() const {
    std::vector<double> g;
    double sum = 0;
    for (std::int64_t t = -radius(); t <= radius(); ++t) {
      const double x = static_cast<double>(t) / config_.sigma;
      g.push_back(t == 0 ? 1 : std::exp(-x * x / 2));  // no leak: 1 in the middle, 0 around it
      sum += g.back();
    }
    for (double& weight : g) weight /= sum;
    return g;
  }

  /// The cells that cell j hears, and with what weight.
  std::map<std::int64_t, double> heard(std::int64_t j, std::int64_t n) const {
    const std::vector<double> g = kernel();
    const double middle = g[static_cast<std::size_t>(radius())];
    std::map<std::int64_t, double> all;
    for (std::int64_t t = -radius(); t <= radius(); ++t) {
      const double weight = g[static_cast<std::size_t>(t + radius())];
      if (config_.attenuating) {
        if (j + t >= 0 && j + t < n) all[j + t] = middle * weight;
      } else {
        all[reflected(j + t, n)] += weight;
      }
    }
    return all;
  }

  /// ..., 1, 0 | 0, 1, ..., n-1 | n-1, n-2, ...: a wall at either end of the row.
  static std::int64_t reflected(std::int64_t i, std::int64_t n) {
    const std::int64_t at = ((i % (2 * n)) + 2 * n) % (2 * n);
    return std::min(at, 2 * n - 1 - at);
  }

  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Leak>("leak", schema,
                                            "Transmitter diffuses along the row: a Gaussian blur."))
