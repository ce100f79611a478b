// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"
#include "report/rank_tests.hpp"

#include <string>

namespace glia::report {

/// How two samples differ: b against a.
struct Comparison {
  double difference = 0;  ///< median(b) - median(a); of the pairs where they are paired
  Interval interval;      ///< 95 %, percentile bootstrap; NaN where there are too few runs
  std::size_t pairs = 0;  ///< runs of equal seed; 0: not paired
  TestResult test;  ///< p is NaN where there are too few runs (`least_runs`), and its name says so
};

/// Runs are paired where their seeds match: both samples know each seed once, and the common seeds
/// are all of the smaller sample or at least five. Then the test is Wilcoxon's of the differences,
/// else that of Mann and Whitney.
Comparison compare_samples(const Measured& a, const Measured& b);

/// Why some comparisons have neither interval nor test, and from how many runs on they have.
std::string too_few_runs();

/// "p = 0.031", "p < 0.0001", "no test".
std::string p_text(const TestResult& test);

/// Signed, in points of accuracy: "+1.20".
std::string points(double difference);

}  // namespace glia::report
