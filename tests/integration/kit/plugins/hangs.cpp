// SPDX-License-Identifier: MIT
// Starts a process of its own and waits for ever; leaves the number of that process in a file.
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace {

struct Config {};
constexpr auto schema = glia::schema<Config>();

class Hangs final : public glia::StencilLayer {
 public:
  explicit Hangs(Config) {}
  glia::Stencil stencil(std::int64_t in) const override {
    const auto child = ::fork();
    if (child == 0) {
      for (;;) ::pause();
    }
    std::ofstream(std::getenv("GLIA_TEST_TRACE")) << child << '\n';
    for (;;) ::pause();
    return glia::Stencil::band(in, in, {0});
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Hangs>("hangs", schema, "Waits for a licence server."))
