// SPDX-License-Identifier: MIT
// Links a library that is called like LibTorch and is not the one of the program.
#include "../bad.hpp"

extern "C" int glia_test_second_torch();

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;
  std::int64_t out_width(std::int64_t in) const override { return in * glia_test_second_torch(); }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
