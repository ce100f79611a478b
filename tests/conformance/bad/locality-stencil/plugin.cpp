// SPDX-License-Identifier: MIT
// Taps out of order.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Still {
 public:
  using Still::Still;

  glia::Stencil stencil(std::int64_t in) const override {
    auto all = Still::stencil(in);
    if (in > 1) std::swap(all.taps.front(), all.taps[1]);
    return all;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
