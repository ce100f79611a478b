// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

struct Config {
  std::int64_t left = 0, right = 0;
};

constexpr std::int64_t most = 1000;

constexpr auto schema = glia::schema<Config>(glia::field(&Config::left, "left")
                                                 .range(0, most)
                                                 .unit("cells")
                                                 .doc("Silent cells before the first one."),
                                             glia::field(&Config::right, "right")
                                                 .range(0, most)
                                                 .unit("cells")
                                                 .doc("Silent cells after the last one."));

/// Silent cells beside a row: what they carry is 0. Spread and gather change a row's width by two,
/// so a row of even and one of odd width can only follow one another with one cell more. Not
/// trained. [B,n] -> [B,n+left+right].
class Pad final : public glia::StencilLayer {
 public:
  explicit Pad(Config config) : config_(config) {}

  glia::Stencil stencil(std::int64_t in) const override {
    glia::Stencil s{in, in + config_.left + config_.right, {0}, {}};
    s.may_hear_nobody = true;
    for (std::int64_t j = 0; j < s.out; ++j) {
      const std::int64_t heard = j - config_.left;
      if (heard >= 0 && heard < in) s.taps.push_back(static_cast<std::int32_t>(heard));
      s.first.push_back(static_cast<std::int32_t>(s.taps.size()));
    }
    return s;
  }

  std::vector<double> fixed_weights(std::int64_t in) const override {
    return std::vector<double>(static_cast<std::size_t>(in), 1.0);
  }

  glia::Bias bias() const override { return glia::Bias::none; }
  bool local() const override { return config_.left <= 1; }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Pad>("pad", schema, "Silent cells stand beside the row."))
