// SPDX-License-Identifier: MIT
#include "report/statistics.hpp"

#include "catch.hpp"
#include "report/rank_tests.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace glia::report;

namespace {

/// Two-sided p of the rank sum by trying every subset: slow, and as plain as can be.
double rank_sum_by_trying(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const auto rank = [&](std::size_t i) {
    double below = 0, equal = 0;
    for (const double other : all) below += other < all[i], equal += other == all[i];
    return below + (equal + 1) / 2;
  };
  const double mean = static_cast<double>(b.size() * (all.size() + 1)) / 2;
  double seen = 0, far = 0, count = 0;
  for (std::size_t i = a.size(); i < all.size(); ++i) seen += rank(i);
  for (unsigned subset = 0; subset < 1u << all.size(); ++subset) {
    double sum = 0;
    std::size_t size = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (subset >> i & 1) sum += rank(i), ++size;
    }
    if (size != b.size()) continue;
    ++count;
    far += std::abs(sum - mean) >= std::abs(seen - mean) - 1e-9;
  }
  return far / count;
}

double signed_rank_by_trying(const std::vector<double>& differences) {
  const auto rank = [&](std::size_t i) {
    double below = 0, equal = 0;
    for (const double other : differences) {
      below += std::abs(other) < std::abs(differences[i]);
      equal += std::abs(other) == std::abs(differences[i]);
    }
    return below + (equal + 1) / 2;
  };
  const std::size_t n = differences.size();
  const double mean = static_cast<double>(n * (n + 1)) / 4;
  double seen = 0, far = 0;
  for (std::size_t i = 0; i < n; ++i) seen += differences[i] > 0 ? rank(i) : 0;
  for (unsigned signs = 0; signs < 1u << n; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += signs >> i & 1 ? rank(i) : 0;
    far += std::abs(sum - mean) >= std::abs(seen - mean) - 1e-9;
  }
  return far / std::pow(2.0, n);
}

double normal_tail(double z) { return std::erfc(z / std::sqrt(2.0)); }

}  // namespace

TEST_CASE("quantiles interpolate between order statistics") {
  const std::vector<double> four{1, 2, 3, 4};
  CHECK(quantile(four, 0.25) == 1.75);
  CHECK(quantile(four, 0.5) == 2.5);
  CHECK(quantile(four, 0.75) == 3.25);
  CHECK(quantile(four, 0) == 1);
  CHECK(quantile(four, 1) == 4);
  CHECK(quantile({7}, 0.3) == 7);
  CHECK(std::isnan(quantile({}, 0.5)));
}

TEST_CASE("a summary") {
  const Summary odd = summarise({5, 1, 4, 2, 3});
  CHECK(odd.n == 5);
  CHECK(odd.median == 3);
  CHECK(odd.mean == 3);
  CHECK(odd.q1 == 2);
  CHECK(odd.q3 == 4);
  CHECK(odd.low == 1);
  CHECK(odd.high == 5);
  CHECK(summarise({4, 1, 3, 2}).median == 2.5);
  CHECK(std::isnan(summarise({}).median));
  const Summary one = summarise({0.5});
  CHECK(one.median_interval.low == 0.5);
  CHECK(one.median_interval.high == 0.5);
}

TEST_CASE("bootstrap intervals are the same every time and hold what they should") {
  std::vector<double> sample(20);
  int held = 0, next_held = 0, difference_held = 0;
  constexpr int worlds = 120;
  for (int world = 0; world < worlds; ++world) {
    glia::RandomStream random(7, "test", static_cast<std::uint64_t>(world));
    random.normal(sample);
    const Summary summary = summarise(sample);
    CHECK(summary.median_interval.holds(summary.median));
    held += summary.median_interval.holds(0);
    const Interval next = next_median_interval(sample, 20);
    CHECK(next.high - next.low > summary.median_interval.high - summary.median_interval.low);
    std::vector<double> other(20);
    random.normal(other);
    next_held += next.holds(median_of(other));
    difference_held += difference_interval(sample, other).holds(0);
    if (world > 0) continue;
    CHECK(summarise(sample).median_interval.low == summary.median_interval.low);
    CHECK(next_median_interval(sample, 20).high == next.high);
    CHECK(next_mean_interval(sample, 20).holds(summarise(sample).mean));
    // Means spread less than medians.
    CHECK(next_mean_interval(sample, 20).high - next_mean_interval(sample, 20).low <
          next.high - next.low);
  }
  CHECK(held > 0.88 * worlds);
  CHECK(held < 0.99 * worlds);
  CHECK(next_held > 0.88 * worlds);
  CHECK(difference_held > 0.88 * worlds);
  std::vector<double> many(1000);
  glia::RandomStream(1, "test", 0).normal(many);
  const Interval order = summarise(many).median_interval;
  CHECK(order.holds(0));
  CHECK(order.high - order.low == Approx(2 * 1.96 * 1.2533 / std::sqrt(1000.0)).epsilon(0.35));
}

TEST_CASE("pairs are resampled as pairs") {
  std::vector<std::pair<double, double>> pairs;
  for (int i = 0; i < 20; ++i) pairs.emplace_back(i, i + 0.5);
  const Interval paired = paired_difference_interval(pairs);
  CHECK(paired.low == Approx(0.5));
  CHECK(paired.high == Approx(0.5));
  std::vector<double> a, b;
  for (const auto& [x, y] : pairs) a.push_back(x), b.push_back(y);
  CHECK(difference_interval(a, b).low < 0);
}

TEST_CASE("the Mann-Whitney test is exact for small samples, with and without ties") {
  const TestResult apart = mann_whitney({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10});
  CHECK(apart.name == "Mann-Whitney U test, exact");
  CHECK(apart.statistic == 25);
  CHECK(apart.p == Approx(2.0 / 252));
  const std::vector<std::pair<std::vector<double>, std::vector<double>>> cases{
      {{1, 4, 2}, {3, 5, 6, 2.5}},
      {{0.1135, 0.1135, 0.8, 0.82}, {0.1135, 0.83, 0.81, 0.84, 0.8}},
      {{1, 1, 1}, {1, 1, 1}},
      {{1}, {2, 3, 4, 5, 6, 7, 7}}};
  for (const auto& [a, b] : cases) {
    CHECK(mann_whitney(a, b).p == Approx(rank_sum_by_trying(a, b)));
    CHECK(mann_whitney(b, a).p == Approx(mann_whitney(a, b).p));
  }
  CHECK(std::isnan(mann_whitney({}, {1}).p));
}

TEST_CASE("the Mann-Whitney test of large samples is the normal approximation") {
  std::vector<double> low(50), high(50);
  std::iota(low.begin(), low.end(), 1.0);
  std::iota(high.begin(), high.end(), 31.0);
  for (double& value : high) value += 0.5;
  const TestResult large = mann_whitney(low, high);
  CHECK(large.name == "Mann-Whitney U test, normal approximation");
  const double z = (large.statistic - 1250 - 0.5) / std::sqrt(50.0 * 50 * 101 / 12);
  CHECK(large.p == Approx(normal_tail(z)));
  CHECK(mann_whitney(std::vector<double>(50, 1), std::vector<double>(50, 1)).p == 1);
  // At the border both ways must tell nearly the same.
  std::vector<double> a(40), b(40), c(41);
  glia::RandomStream random(3, "test", 1);
  random.normal(a);
  random.normal(b);
  for (double& value : b) value += 0.4;
  std::copy(b.begin(), b.end(), c.begin());
  c[40] = median_of(b);
  CHECK(mann_whitney(a, b).p == Approx(mann_whitney(a, c).p).epsilon(0.1));
}

TEST_CASE("the Wilcoxon test is exact for small samples, with and without ties") {
  const TestResult all = wilcoxon_signed_rank({1, 2, 3, 4, 5, 0});
  CHECK(all.name == "Wilcoxon signed-rank test, exact");
  CHECK(all.n == 5);
  CHECK(all.statistic == 15);
  CHECK(all.p == Approx(2.0 / 32));
  for (const auto& differences :
       std::vector<std::vector<double>>{{1, -2, 3, 4, -5, 6.5}, {1, 1, -1, 2, 2, -3, 3}, {-1}}) {
    CHECK(wilcoxon_signed_rank(differences).p == Approx(signed_rank_by_trying(differences)));
  }
  CHECK(wilcoxon_signed_rank({0, 0}).p == 1);
  std::vector<double> many(101);
  std::iota(many.begin(), many.end(), -40.0);
  const TestResult large = wilcoxon_signed_rank(many);
  CHECK(large.n == 100);
  CHECK(large.name == "Wilcoxon signed-rank test, exact");
  many.push_back(61);
  const TestResult larger = wilcoxon_signed_rank(many);
  CHECK(larger.name == "Wilcoxon signed-rank test, normal approximation");
  CHECK(larger.p == Approx(large.p).epsilon(0.4));
}

TEST_CASE("Fisher's test of two shares") {
  CHECK(fisher_exact(1, 4, 3, 4).p == Approx(34.0 / 70));  // the lady tasting tea
  CHECK(fisher_exact(0, 20, 0, 20).p == Approx(1));
  CHECK(fisher_exact(3, 20, 5, 20).p == Approx(0.69478).epsilon(1e-3));
  CHECK(fisher_exact(0, 10, 10, 10).p == Approx(2.0 / 184756));
  CHECK(std::isnan(fisher_exact(0, 0, 1, 2).p));
}
