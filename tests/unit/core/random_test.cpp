// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <glia/sdk/permutation.hpp>
#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <span>
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

TEST_CASE("normals are Box and Muller's of the stream's words, whatever block they start at") {
  constexpr std::uint64_t near_carry =
      0x0fffffff;  // the last chunk whose blocks have 32-bit numbers
  for (const std::uint64_t chunk : {std::uint64_t{0}, near_carry}) {
    for (const int skipped : {0, 1, 5}) {
      RandomStream words(3, "words", 1), stream(3, "words", 1);
      words.seek(chunk);
      stream.seek(chunk);
      for (int i = 0; i < 4 * skipped; ++i) CHECK(words.bits() == stream.bits());
      std::vector<float> drawn(64);
      stream.normal(std::span<float>(drawn));
      for (std::size_t block = 0; block < 16; ++block) {
        for (const std::size_t pair : {0, 32}) {
          const double u = ((words.bits() >> 8) + 1) * 0x1p-24,
                       turn = (words.bits() >> 8) * 0x1p-24;
          const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::acos(-1.0) * turn;
          INFO("chunk " << chunk << ", block " << block << " after " << skipped);
          CHECK(drawn[pair + block] == Approx(radius * std::cos(angle)).margin(1e-6));
          CHECK(drawn[pair + 16 + block] == Approx(radius * std::sin(angle)).margin(1e-6));
        }
      }
    }
  }
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

TEST_CASE("computed orders hold every index once, whatever their length") {
  for (const std::uint32_t n : {1u, 2u, 3u, 16u, 17u, 63u, 64u, 65u, 1000u, 4096u, 4097u, 60000u}) {
    const glia::Permutation order(n, RandomStream(5, "p", n));
    std::vector<std::uint32_t> all(n), parts(n);
    order.read(0, all);
    for (std::uint32_t first = 0; first < n; first += 37) {
      order.read(first, std::span(parts).subspan(first, std::min(37u, n - first)));
    }
    INFO(n);
    CHECK(parts == all);
    std::sort(all.begin(), all.end());
    for (std::uint32_t i = 0; i < n; ++i) REQUIRE(all[i] == i);
  }
}

TEST_CASE("every index is as likely at every place of an order") {
  constexpr std::uint32_t n = 10, orders = 20000;
  std::vector<std::vector<int>> count(n, std::vector<int>(n));
  std::vector<int> followed(n * n);
  for (std::uint32_t k = 0; k < orders; ++k) {
    std::vector<std::uint32_t> all(n);
    glia::Permutation(n, RandomStream(6, "places", k)).read(0, all);
    for (std::uint32_t i = 0; i < n; ++i) ++count[i][all[i]];
    for (std::uint32_t i = 0; i + 1 < n; ++i) ++followed[all[i] * n + all[i + 1]];
  }
  for (const auto& place : count) {
    for (const int c : place) CHECK(c == Approx(orders / n).epsilon(0.12));
  }
  for (std::uint32_t a = 0; a < n; ++a) {
    for (std::uint32_t b = 0; b < n; ++b) {
      if (a != b) CHECK(followed[a * n + b] == Approx(orders / n).epsilon(0.15));
    }
  }
}

TEST_CASE("chunks can be drawn in any order, and forks are streams of their own") {
  RandomStream whole(1, "c", 2), part(1, "c", 2);
  std::vector<float> all(256), some(64);
  whole.normal(std::span<float>(all));
  part.seek(2);
  part.normal(std::span<float>(some));
  CHECK(std::equal(some.begin(), some.end(), all.begin() + 128));
  std::vector<float> a(64), b(64), again(64);
  whole.fork(1).normal(std::span<float>(a));
  whole.fork(2).normal(std::span<float>(b));
  part.fork(1).normal(std::span<float>(again));
  CHECK(a != b);
  CHECK(a == again);
}
