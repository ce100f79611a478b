// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using glia::RandomStream;

TEST_CASE("a stream is a function of seed, node and message alone") {
  RandomStream a(7, "latent/sample", 3), b(7, "latent/sample", 3);
  std::vector<std::uint32_t> first, again;
  for (int i = 0; i < 64; ++i) first.push_back(a.bits()), again.push_back(b.bits());
  REQUIRE(first == again);

  for (auto other : {RandomStream(8, "latent/sample", 3), RandomStream(7, "latent/noise", 3),
                     RandomStream(7, "latent/sample", 4)}) {
    std::vector<std::uint32_t> draws;
    for (int i = 0; i < 64; ++i) draws.push_back(other.bits());
    REQUIRE(draws != first);
  }
}

TEST_CASE("normals have mean 0, variance 1 and kurtosis 3") {
  std::vector<float> x(200000);
  RandomStream(1, "n", 0).normal(std::span<float>(x));
  double m1 = 0, m2 = 0, m4 = 0;
  for (double v : x) m1 += v, m2 += v * v, m4 += v * v * v * v;
  const double n = static_cast<double>(x.size());
  CHECK(std::abs(m1 / n) < 0.01);
  CHECK(m2 / n == Approx(1).margin(0.02));
  CHECK(m4 / n == Approx(3).margin(0.1));
}

TEST_CASE("below is uniform and stays below") {
  RandomStream stream(1, "b", 0);
  std::vector<int> count(10);
  for (int i = 0; i < 100000; ++i) ++count.at(stream.below(10));
  for (int c : count) CHECK(c == Approx(10000).margin(500));
}

TEST_CASE("a permutation holds every index once and depends on the message") {
  std::vector<std::int64_t> a(1000), b(1000);
  RandomStream(1, "p", 0).permutation(a);
  RandomStream(1, "p", 1).permutation(b);
  CHECK(a != b);
  std::sort(a.begin(), a.end());
  for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(a[i] == static_cast<std::int64_t>(i));
}
