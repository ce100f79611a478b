// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstdint>
#include <vector>

namespace {

struct Config {
  double factor = 0.05;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::factor, "factor")
        .range(-1000, 1000)
        .doc("What every cell is multiplied by. In a network in time with skip = true, the length "
             "of a pass by a cell's time constant: cells that change slowly, and leak."));

/// Every cell passes on so many times what it has. Not trained. [B,n] -> [B,n].
class Scale final : public glia::StencilLayer {
 public:
  explicit Scale(Config config) : config_(config) {}

  glia::Stencil stencil(std::int64_t in) const override {
    glia::Stencil s{in, in, {0}, {}};
    for (std::int64_t j = 0; j < in; ++j) {
      s.taps.push_back(static_cast<std::int32_t>(j));
      s.first.push_back(static_cast<std::int32_t>(s.taps.size()));
    }
    return s;
  }

  std::vector<double> fixed_weights(std::int64_t in) const override {
    return std::vector<double>(static_cast<std::size_t>(in), config_.factor);
  }

  glia::Bias bias() const override { return glia::Bias::none; }
  bool local() const override { return true; }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Scale>("scale", schema,
                                             "Every cell passes on a share of what it has."))
