// SPDX-License-Identifier: MIT
// Another stencil after it was asked about a wider row.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Still {
 public:
  using Still::Still;

  glia::Stencil stencil(std::int64_t in) const override {
    const int far = last_ > in ? 1 : 0;
    last_ = in;
    return glia::Stencil::band(in, in, {-1, 0, far});
  }

 private:
  mutable std::int64_t last_ = 0;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
