// SPDX-License-Identifier: MIT
// Boost.Math gives the distributions; it has no rank tests, so the counting is done here.
#include "report/rank_tests.hpp"

#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace glia::report {
namespace {

constexpr double no_p = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_values = 80, most_differences = 100;

struct Ranks {
  std::vector<int> doubled;  ///< twice the midrank of every value, in the order given
  double tie_term = 0;       ///< sum of t^3 - t over groups of t equal values
};

Ranks ranks_of(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  Ranks ranks{std::vector<int>(values.size()), 0};
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) {
      ranks.doubled[order[i]] = static_cast<int>(first + end + 1);
    }
    const auto t = static_cast<double>(end - first);
    ranks.tie_term += t * t * t - t;
    first = end;
  }
  return ranks;
}

/// The share of `ways` (by doubled sum) that lie at least as far from `mean` as `seen` does.
double share_as_far(const std::vector<double>& ways, int seen, double mean) {
  const double reach = std::abs(seen - mean) - 1e-9;
  double far = 0, all = 0;
  for (std::size_t sum = 0; sum < ways.size(); ++sum) {
    all += ways[sum];
    if (std::abs(static_cast<double>(sum) - mean) >= reach) far += ways[sum];
  }
  return std::min(1.0, far / all);
}

/// Two-sided, half a unit nearer for continuity; 1 without any spread.
double normal_p(double distance, double variance, double continuity) {
  if (!(variance > 0)) return 1;
  const double z = std::max(0.0, std::abs(distance) - continuity) / std::sqrt(variance);
  return std::min(1.0, 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z)));
}

/// In how many ways `count` of the ranks add up to every (doubled) sum.
std::vector<double> ways_to_choose(const std::vector<int>& doubled, std::size_t count) {
  std::vector<int> largest = doubled;
  std::sort(largest.rbegin(), largest.rend());
  const int most = std::accumulate(largest.begin(), largest.begin() + static_cast<int>(count), 0);
  const auto width = static_cast<std::size_t>(most) + 1;
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(width));
  ways[0][0] = 1;
  std::size_t taken = 0;
  for (const int rank : doubled) {
    taken = std::min(taken + 1, count);
    for (std::size_t k = taken; k > 0; --k) {
      for (auto sum = width; sum-- > static_cast<std::size_t>(rank);) {
        ways[k][sum] += ways[k - 1][sum - static_cast<std::size_t>(rank)];
      }
    }
  }
  return ways[count];
}

/// In how many ways signs can be given so that the positive ranks have every (doubled) sum.
std::vector<double> ways_to_sign(const std::vector<int>& doubled) {
  std::vector<double> ways(
      static_cast<std::size_t>(std::accumulate(doubled.begin(), doubled.end(), 0)) + 1);
  ways[0] = 1;
  for (const int rank : doubled) {
    for (auto sum = ways.size(); sum-- > static_cast<std::size_t>(rank);) {
      ways[sum] += ways[sum - static_cast<std::size_t>(rank)];
    }
  }
  return ways;
}

}  // namespace

TestResult mann_whitney(const std::vector<double>& a, const std::vector<double>& b) {
  const std::size_t n = a.size() + b.size();
  TestResult result{"Mann-Whitney U test", no_p, no_p, n};
  if (a.empty() || b.empty()) return result;
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const Ranks ranks = ranks_of(all);
  const int sum =
      std::accumulate(ranks.doubled.begin() + static_cast<int>(a.size()), ranks.doubled.end(), 0);
  const double na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  const double both = na + nb;
  result.statistic = sum / 2.0 - nb * (nb + 1) / 2;
  if (n <= most_values) {
    result.name += ", exact";
    result.p = share_as_far(ways_to_choose(ranks.doubled, b.size()), sum, nb * (both + 1));
  } else {
    result.name += ", normal approximation";
    const double variance = na * nb / 12 * (both + 1 - ranks.tie_term / (both * (both - 1)));
    result.p = normal_p(result.statistic - na * nb / 2, variance, 0.5);
  }
  return result;
}

TestResult wilcoxon_signed_rank(const std::vector<double>& differences) {
  std::vector<double> sizes, signs;
  for (const double difference : differences) {
    if (difference == 0) continue;
    sizes.push_back(std::abs(difference));
    signs.push_back(difference);
  }
  TestResult result{"Wilcoxon signed-rank test", no_p, no_p, sizes.size()};
  if (differences.empty()) return result;
  const Ranks ranks = ranks_of(sizes);
  int sum = 0;
  for (std::size_t i = 0; i < signs.size(); ++i) sum += signs[i] > 0 ? ranks.doubled[i] : 0;
  const double n = static_cast<double>(sizes.size());
  result.statistic = sum / 2.0;
  if (sizes.size() <= most_differences) {
    result.name += ", exact";
    result.p = share_as_far(ways_to_sign(ranks.doubled), sum, n * (n + 1) / 2);
  } else {
    result.name += ", normal approximation";
    const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.tie_term / 48;
    result.p = normal_p(result.statistic - n * (n + 1) / 4, variance, 0.5);
  }
  return result;
}

TestResult fisher_exact(std::size_t hits_a, std::size_t n_a, std::size_t hits_b, std::size_t n_b) {
  TestResult result{"Fisher's exact test", static_cast<double>(hits_b), no_p, n_a + n_b};
  if (n_a == 0 || n_b == 0) return result;
  const auto hits = hits_a + hits_b, all = n_a + n_b;
  const boost::math::hypergeometric_distribution<double> tables(hits, n_b, all);
  const double seen = boost::math::pdf(tables, hits_b);
  result.p = 0;
  const auto least = hits > n_a ? hits - n_a : 0;
  for (std::size_t k = least; k <= std::min(hits, n_b); ++k) {
    const double chance = boost::math::pdf(tables, k);
    if (chance <= seen * (1 + 1e-7)) result.p += chance;
  }
  result.p = std::min(1.0, result.p);
  return result;
}

}  // namespace glia::report
