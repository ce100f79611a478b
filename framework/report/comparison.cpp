// SPDX-License-Identifier: MIT
#include "report/comparison.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

using Pairs = std::vector<std::pair<double, double>>;

/// By seed; empty if the seeds do not tell the runs apart.
std::map<std::uint64_t, double> by_seed(const Measured& sample) {
  std::map<std::uint64_t, double> values;
  for (std::size_t i = 0; i < sample.seeds.size(); ++i) {
    if (!values.emplace(sample.seeds[i], sample.values[i]).second) return {};
  }
  return values;
}

Pairs pairs_of(const Measured& a, const Measured& b) {
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

Comparison compare_samples(const Measured& a, const Measured& b) {
  Comparison result;
  const Pairs pairs = pairs_of(a, b);
  result.pairs = pairs.size();
  result.interval = {results::unknown, results::unknown};
  const std::size_t n = pairs.empty() ? std::min(a.values.size(), b.values.size()) : pairs.size();
  const bool enough = n >= least_runs;
  if (!enough) {
    result.test = {.name = fmt::format("no test: {} {}{}", n, pairs.empty() ? "run" : "pair",
                                       n == 1 ? "" : "s"),
                   .statistic = results::unknown,
                   .p = results::unknown,
                   .n = n};
  }
  if (pairs.empty()) {
    result.difference = median_of(b.values) - median_of(a.values);
    if (enough) result.interval = difference_interval(a.values, b.values);
    if (enough) result.test = mann_whitney(a.values, b.values);
    return result;
  }
  std::vector<double> first, second, differences;
  for (const auto& [x, y] : pairs) {
    first.push_back(x);
    second.push_back(y);
    differences.push_back(y - x);
  }
  result.difference = median_of(second) - median_of(first);
  if (enough) result.interval = paired_difference_interval(pairs);
  if (enough) result.test = wilcoxon_signed_rank(differences);
  return result;
}

std::string too_few_runs() {
  return fmt::format(
      "Neither interval nor p below {} runs a side (or pairs): the widest interval there is of n "
      "values holds the median with 1 - 2^(1-n), and no p of n pairs is below 2^(1-n).",
      least_runs);
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
