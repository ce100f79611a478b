// SPDX-License-Identifier: MIT
#include <glia/sdk/testing.hpp>

#include <cmath>

int main() {
  const auto hill = glia::testing::wave_layer("hill", {{"half", 2.0}, {"steepness", 1.0}});
  const auto answer = glia::testing::forward(*hill, {-1, 0, 2, 6}, {{"gain", {1, 1, 1, 1}}});
  const double expected[] = {0, 0, 0.5, 0.75};
  for (std::size_t cell = 0; cell < 4; ++cell) {
    GLIA_EXPECT(std::abs(answer.at(cell) - expected[cell]) < 1e-3);
  }
  GLIA_EXPECT(glia::testing::listeners(*hill, 5, 2) == std::vector<std::int64_t>({2}));
  return glia::testing::result();
}
