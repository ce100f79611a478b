// SPDX-License-Identifier: MIT
#include "report/comparison.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

using Pairs = std::vector<std::pair<double, double>>;

/// By seed; empty if the seeds do not tell the runs apart.
std::map<std::uint64_t, double> by_seed(const Sample& sample) {
  std::map<std::uint64_t, double> values;
  for (std::size_t i = 0; i < sample.seeds.size(); ++i) {
    if (!values.emplace(sample.seeds[i], sample.accuracies[i]).second) return {};
  }
  return values;
}

Pairs pairs_of(const Sample& a, const Sample& b) {
  const auto values_a = by_seed(a), values_b = by_seed(b);
  Pairs pairs;
  for (const auto& [seed, value] : values_a) {
    if (const auto other = values_b.find(seed); other != values_b.end()) {
      pairs.emplace_back(value, other->second);
    }
  }
  const std::size_t smaller = std::min(values_a.size(), values_b.size());
  const bool enough = pairs.size() >= 5 || (pairs.size() == smaller && smaller >= 2);
  return enough ? pairs : Pairs{};
}

}  // namespace

Comparison compare_samples(const Sample& a, const Sample& b) {
  Comparison result;
  const Pairs pairs = pairs_of(a, b);
  if (pairs.empty()) {
    result.difference = median_of(b.accuracies) - median_of(a.accuracies);
    const bool several = a.accuracies.size() > 1 && b.accuracies.size() > 1;
    result.interval = several ? difference_interval(a.accuracies, b.accuracies)
                              : Interval{results::unknown, results::unknown};
    result.test = several ? mann_whitney(a.accuracies, b.accuracies)
                          : TestResult{"no test: one run", results::unknown, results::unknown, 0};
    return result;
  }
  std::vector<double> first, second, differences;
  for (const auto& [x, y] : pairs) {
    first.push_back(x);
    second.push_back(y);
    differences.push_back(y - x);
  }
  result.pairs = pairs.size();
  result.difference = median_of(second) - median_of(first);
  result.interval = paired_difference_interval(pairs);
  result.test = wilcoxon_signed_rank(differences);
  return result;
}

std::string p_text(const TestResult& test) {
  if (!std::isfinite(test.p)) return "no test";
  if (test.p < 0.0001) return "p < 0.0001";
  return "p = " + rounded(test.p, test.p < 0.01 ? 4 : 3);
}

std::string points(double difference) {
  if (!std::isfinite(difference)) return "n/a";
  const std::string text = rounded(100 * difference, 2);
  return difference > 0 && text != "0.00" ? '+' + text : text == "-0.00" ? "0.00" : text;
}

}  // namespace glia::report
