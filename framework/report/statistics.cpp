// SPDX-License-Identifier: MIT
// Quantiles and resampling by hand: Boost.Math has neither the bootstrap nor this kind of quantile.
#include "report/statistics.hpp"

#include "core/median.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace glia::report {
namespace {

constexpr std::size_t resamples = 4000;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

RandomStream stream(std::string_view purpose, std::size_t size) { return {0, purpose, size}; }

/// `size` draws with replacement from `sample`, into `into`.
void draw(RandomStream& random, const std::vector<double>& sample, std::size_t size,
          std::vector<double>& into) {
  into.resize(size);
  for (double& value : into) value = sample[random.below(sample.size())];
}

/// The middle 95 % of what `once` gives.
template <class Once>
Interval percentiles(Once once) {
  std::vector<double> values(resamples);
  for (double& value : values) value = once();
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.025), quantile(values, 0.975)};
}

Interval median_interval(const std::vector<double>& sample) {
  // The bootstrap of thousands of values costs seconds and tells no more than their order
  // statistics, whose ranks are binomial.
  if (sample.size() >= 400) {
    const double n = static_cast<double>(sample.size()), reach = 0.98 * std::sqrt(n);
    const double last = n - 1;
    return {quantile(sample, std::max(0.0, (n / 2 - reach) / last)),
            quantile(sample, std::min(1.0, (n / 2 + reach) / last))};
  }
  auto random = stream("report/bootstrap of the median", sample.size());
  std::vector<double> drawn;
  return percentiles([&] {
    draw(random, sample, sample.size(), drawn);
    return median_in_place(drawn);
  });
}

}  // namespace

double quantile(const std::vector<double>& sorted, double fraction) {
  if (sorted.empty()) return nothing;
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double median_of(std::vector<double> sample) { return median_in_place(sample); }

Interval told_interval(const Summary& summary) {
  return summary.n < least_runs ? Interval{nothing, nothing} : summary.median_interval;
}

Summary summarise(std::vector<double> sample, bool interval) {
  Summary summary{sample.size(), nothing, nothing, nothing,
                  nothing,       nothing, nothing, {nothing, nothing}};
  if (sample.empty()) return summary;
  std::sort(sample.begin(), sample.end());
  summary.median = median_in_place(sample);
  std::sort(sample.begin(), sample.end());
  summary.mean =
      std::accumulate(sample.begin(), sample.end(), 0.0) / static_cast<double>(sample.size());
  summary.q1 = quantile(sample, 0.25);
  summary.q3 = quantile(sample, 0.75);
  summary.low = sample.front();
  summary.high = sample.back();
  if (interval) summary.median_interval = median_interval(sample);
  return summary;
}

Interval difference_interval(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return {nothing, nothing};
  auto random = stream("report/bootstrap of a difference", a.size() + b.size());
  std::vector<double> drawn_a, drawn_b;
  return percentiles([&] {
    draw(random, a, a.size(), drawn_a);
    draw(random, b, b.size(), drawn_b);
    return median_in_place(drawn_b) - median_in_place(drawn_a);
  });
}

Interval paired_difference_interval(const std::vector<std::pair<double, double>>& pairs) {
  if (pairs.empty()) return {nothing, nothing};
  auto random = stream("report/bootstrap of pairs", pairs.size());
  std::vector<double> a(pairs.size()), b(pairs.size());
  return percentiles([&] {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      std::tie(a[i], b[i]) = pairs[random.below(pairs.size())];
    }
    return median_in_place(b) - median_in_place(a);
  });
}

namespace {

template <class Statistic>
Interval next_interval(const char* name, const std::vector<double>& sample, std::size_t n,
                       Statistic statistic) {
  if (sample.empty() || n == 0) return {nothing, nothing};
  auto random = stream(name, sample.size());
  std::vector<double> world, drawn;
  return percentiles([&] {
    draw(random, sample, sample.size(), world);
    draw(random, world, n, drawn);
    return statistic(drawn);
  });
}

}  // namespace

Interval next_median_interval(const std::vector<double>& sample, std::size_t n) {
  return next_interval("report/bootstrap of the next median", sample, n,
                       [](std::vector<double>& drawn) { return median_in_place(drawn); });
}

Interval next_mean_interval(const std::vector<double>& sample, std::size_t n) {
  return next_interval(
      "report/bootstrap of the next mean", sample, n, [](const std::vector<double>& drawn) {
        return std::accumulate(drawn.begin(), drawn.end(), 0.0) / static_cast<double>(drawn.size());
      });
}

}  // namespace glia::report
