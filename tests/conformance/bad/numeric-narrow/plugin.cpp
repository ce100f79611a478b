// SPDX-License-Identifier: MIT
// Narrow rows end in an exception of the standard library.
#include "../bad.hpp"

#include <stdexcept>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  std::int64_t out_width(std::int64_t in) const override {
    if (in < 3) throw std::out_of_range("vector::_M_range_check");
    return in;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
