// SPDX-License-Identifier: MIT
#include "policy/ranks.hpp"

#include "catch.hpp"

using glia::policy::means_of;
using glia::policy::ranks_of;

TEST_CASE("ranks go from -1/2 to 1/2, and equal numbers share theirs") {
  CHECK(ranks_of(std::vector<double>{3, 1, 2}) == std::vector<double>{0.5, -0.5, 0});
  CHECK(ranks_of(std::vector<double>{5, 5, 5}) == std::vector<double>{0, 0, 0});
  CHECK(ranks_of(std::vector<double>{1, 7, 7, 9, -2}) ==
        std::vector<double>{-0.25, 0.125, 0.125, 0.5, -0.5});
  CHECK(ranks_of(std::vector<double>{4}) == std::vector<double>{0});
}

TEST_CASE("means of stretches") {
  CHECK(means_of(std::vector<double>{1, 3, 5, 9}, 2) == std::vector<double>{2, 7});
}
