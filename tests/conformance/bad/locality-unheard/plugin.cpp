// SPDX-License-Identifier: MIT
// The last cells are lost.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Still {
 public:
  using Still::Still;

  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in > 3 ? in - 2 : in, {-1, 0});
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
