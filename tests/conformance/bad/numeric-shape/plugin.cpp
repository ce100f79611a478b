// SPDX-License-Identifier: MIT
// Announces two cells more than there are.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  std::int64_t out_width(std::int64_t in) const override { return in + 2; }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
