// SPDX-License-Identifier: MIT
#include <glia/sdk/testing.hpp>

using glia::testing::listeners;
using Cells = std::vector<std::int64_t>;

int main() {
  const auto drift = glia::testing::wave_layer("drift");
  GLIA_EXPECT(drift->out_width(9) == 9);
  GLIA_EXPECT(listeners(*drift, 9, 4) == Cells({2, 3, 4}));
  GLIA_EXPECT(listeners(*drift, 9, 0) == Cells({0}));

  const auto ring = glia::testing::wave_layer("drift", {{"boundary", std::string("ring")}});
  GLIA_EXPECT(listeners(*ring, 9, 0) == Cells({0, 7, 8}));
  return glia::testing::result();
}
