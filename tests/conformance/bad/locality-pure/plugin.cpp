// SPDX-License-Identifier: MIT
// Another stencil at every second call.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Still {
 public:
  using Still::Still;

  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in, {-1, 0, calls_++ % 2});
  }

 private:
  mutable int calls_ = 0;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
