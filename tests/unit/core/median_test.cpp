// SPDX-License-Identifier: MIT
#include "core/median.hpp"

#include "catch.hpp"

#include <cmath>

TEST_CASE("The median is the middle number, or the mean of the two middle ones") {
  CHECK(glia::median_of({3, 1, 2}) == 2);
  CHECK(glia::median_of({4, 1, 2, 3}) == 2.5);
  CHECK(glia::median_of({7}) == 7);
  CHECK(std::isnan(glia::median_of({})));
  std::vector<double> numbers{9, 2, 7, 4};
  CHECK(glia::median_in_place(numbers) == 5.5);
  CHECK(numbers.size() == 4);
}
