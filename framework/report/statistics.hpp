// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::report {

struct Interval {
  double low = 0, high = 0;
  bool holds(double value) const { return low <= value && value <= high; }
};

/// What is said of a sample. All NaN when it is empty; the spread of a single value is zero.
struct Summary {
  std::size_t n = 0;
  double median = 0, mean = 0;
  double q1 = 0, q3 = 0;  ///< quartiles; their difference is the interquartile range (IQR)
  double low = 0, high = 0;
  Interval median_interval;  ///< 95 %, see `interval_name`
};

/// How the numbers of a summary are named wherever they are shown.
inline constexpr std::string_view quartile_name =
    "quartiles by linear interpolation between order statistics";
inline constexpr std::string_view interval_name =
    "95 % interval of the median: percentile bootstrap, 4000 resamples; from 400 runs on by the "
    "ranks "
    "of order statistics";

/// Runs (or pairs of them) from which on intervals and tests are told. Of n values the widest
/// interval there is, from the lowest to the highest, holds the median with 1 - 2^(1-n), which is 94 %
/// for five; and the smallest p of n pairs is 2^(1-n).
inline constexpr std::size_t least_runs = 5;

/// The interval of the median, or NaN where it would say nothing.
Interval told_interval(const Summary& summary);

/// The quantile at `fraction` in [0, 1] of a sorted sample, interpolated linearly between order
/// statistics (type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", American
/// Statistician 1996). NaN for an empty one.
double quantile(const std::vector<double>& sorted, double fraction);
double median_of(std::vector<double> sample);

/// Values must be finite. Equal samples give equal summaries: the resampling is seeded by its size.
/// `interval` false leaves the interval of the median NaN: it takes nearly all of the time.
Summary summarise(std::vector<double> sample, bool interval = true);

/// 95 % percentile-bootstrap interval (Efron, "Bootstrap methods", Annals of Statistics 1979) of
/// median(b) - median(a); the samples are resampled apart.
Interval difference_interval(const std::vector<double>& a, const std::vector<double>& b);

/// The same for pairs (a, b), resampled pair by pair.
Interval paired_difference_interval(const std::vector<std::pair<double, double>>& pairs);

/// Where the median of `n` further runs of the same experiment lies with 95 %: resamples of the
/// sample (its own uncertainty) are resampled to size `n`.
Interval next_median_interval(const std::vector<double>& sample, std::size_t n);
/// The same for their mean.
Interval next_mean_interval(const std::vector<double>& sample, std::size_t n);

}  // namespace glia::report
