// SPDX-License-Identifier: MIT
#include <glia/sdk/testing.hpp>

#include <algorithm>

int main() {
  const auto pulses = glia::testing::dataset("pulses", {{"noise", 0.0}, {"places", 2}});
  pulses->open();
  const auto samples = glia::testing::read(*pulses, glia::Split::train, {0, 1, 2, 3, 4, 5});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& row = samples[i].inputs;
    const auto peak = std::max_element(row.begin(), row.end()) - row.begin();
    GLIA_EXPECT(samples[i].label == (peak < 10 ? 0 : 1));
  }
  return glia::testing::result();
}
