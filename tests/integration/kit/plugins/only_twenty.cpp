// SPDX-License-Identifier: MIT
// Takes rows of 20 cells and no others, unless told otherwise; there a tap is named twice.
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

namespace {

struct Config {
  std::int64_t width = 20;
  bool twice = true;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::width, "width").at_least(1).doc("The only width that it takes."),
    glia::field(&Config::twice, "twice").doc("Whether a tap is named twice."));

class OnlyTwenty final : public glia::StencilLayer {
 public:
  explicit OnlyTwenty(Config config) : config_(config) {}
  glia::Stencil stencil(std::int64_t in) const override {
    if (in != config_.width) throw glia::Error(glia::ErrorCode::shape, "another width");
    auto s = glia::Stencil::band(in, in, {-1, 0, 1});
    if (config_.twice) s.taps[3] = s.taps[2];
    return s;
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<OnlyTwenty>("only_twenty", schema, "Takes one width only."))
