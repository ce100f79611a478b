// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <string>

namespace {

struct Config {
  std::string boundary = "open";
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::boundary, "boundary").choices("open", "ring").doc("What lies beyond."));

class Slide final : public glia::StencilLayer {
 public:
  explicit Slide(Config config) : config_(config) {}
  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in, {-1, 0, 1});
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Slide>("slide", schema, "Calcium moves straight on."))
