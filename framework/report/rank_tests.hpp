// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace glia::report {

/// The outcome of a two-sided test. Names say what was computed and how: "Mann-Whitney U test,
/// exact" or "..., normal approximation".
struct TestResult {
  std::string name;
  double statistic = 0;
  double p = 1;       ///< NaN where the samples are too small to say anything
  std::size_t n = 0;  ///< values, or pairs, that took part
};

/// Do the values of `b` tend to be larger or smaller than those of `a`? (Mann and Whitney, Annals
/// of Mathematical Statistics 1947.) The statistic is U of `b`. Exact, given the ties, for up to 80
/// values together (all ways to share out the midranks); beyond, the normal approximation with
/// corrections for ties and continuity.
TestResult mann_whitney(const std::vector<double>& a, const std::vector<double>& b);

/// Are the differences symmetric about zero? (Wilcoxon, Biometrics Bulletin 1945.) The statistic is
/// the sum of the ranks of positive differences; zeros are left out. Exact, given the ties, for up
/// to 100 differences (all ways to share out the signs); beyond, the normal approximation with
/// corrections for ties and continuity.
TestResult wilcoxon_signed_rank(const std::vector<double>& differences);

/// Is `hits_a` of `n_a` another share than `hits_b` of `n_b`? (Fisher, Journal of the Royal
/// Statistical Society 1922.) Exact: the sum over all tables at most as likely.
TestResult fisher_exact(std::size_t hits_a, std::size_t n_a, std::size_t hits_b, std::size_t n_b);

}  // namespace glia::report
