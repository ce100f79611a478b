// SPDX-License-Identifier: MIT
// Every cell also hears the one at the other end.
#include "../bad.hpp"

#include <algorithm>

namespace {

class Bad final : public bad::Still {
 public:
  using Still::Still;

  glia::Stencil stencil(std::int64_t in) const override {
    glia::Stencil all{in, in, {0}, {}};
    for (std::int64_t j = 0; j < in; ++j) {
      for (const auto k : {std::min(j, in - 1 - j), std::max(j, in - 1 - j)}) {
        if (all.first.back() == static_cast<std::int32_t>(all.taps.size()) ||
            all.taps.back() != k) {
          all.taps.push_back(static_cast<std::int32_t>(k));
        }
      }
      all.first.push_back(static_cast<std::int32_t>(all.taps.size()));
    }
    return all;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
