// SPDX-License-Identifier: MIT
// Everything that a descriptor can get wrong.
#include "../bad.hpp"

namespace {

struct Wrong {
  double width = -1;
  std::string mode = "c";
};

constexpr auto schema = glia::schema<Wrong>(
    glia::field(&Wrong::width, "width").at_least(0).doc("Negative by default."),
    glia::field(&Wrong::width, "width").doc("A second time."),
    glia::field(&Wrong::mode, "Mode").choices("a", "b").doc("Neither by default."));

class Still final : public glia::StencilLayer {
 public:
  explicit Still(Wrong) {}
  glia::Stencil stencil(std::int64_t in) const override { return glia::Stencil::band(in, in, {0}); }
};

glia::Descriptor without_maker() {
  auto d = bad::still("no_maker");
  d.make_wave_layer = nullptr;
  return d;
}

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Still>("Wrong-Id", schema, "Wrong."), without_maker())
