// SPDX-License-Identifier: MIT
#include "sweep/parzen.hpp"

#include <boost/math/special_functions/erf.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t full_weights = 25;

/// Of the standard normal.
double cumulative(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double quantile(double p) {
  constexpr double least = 1e-300;
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * std::clamp(p, least, 1 - 1e-16));
}

double uniform(RandomStream& random) {
  double part = 0;
  random.uniform(std::span(&part, 1), 0, 1);
  return part;
}

/// Of the width that Optuna describes: measured, it finds more on smooth functions in 2 to 6
/// dimensions, and loses nothing where values are noisy (docs/sweeps.md).
constexpr double narrowing = 0.4;

/// Never so narrow that one observation is all there is.
double narrowest(std::size_t observations, double low, double high) {
  return narrowing * (high - low) / std::min(100.0, 2.0 + static_cast<double>(observations));
}

}  // namespace

std::vector<double> parzen_weights(std::size_t n) {
  std::vector<double> weights(n, 1.0);
  if (n > full_weights) {  // from 1/n up to 1, and then as they are
    const std::size_t ramp = n - full_weights;
    const double least = 1.0 / static_cast<double>(n);
    for (std::size_t i = 0; i < ramp; ++i) {
      const double part = ramp > 1 ? static_cast<double>(i) / static_cast<double>(ramp - 1) : 0;
      weights[i] = least + part * (1 - least);
    }
  }
  weights.push_back(1.0);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

std::size_t draw_kernel(const std::vector<double>& weights, RandomStream& random) {
  double part = uniform(random);
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    if (part < weights[i]) return i;
    part -= weights[i];
  }
  return weights.size() - 1;
}

double log_sum_exp(const std::vector<double>& terms) {
  const double most = *std::max_element(terms.begin(), terms.end());
  if (!std::isfinite(most)) return most;
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - most);
  return most + std::log(sum);
}

ParzenKernels ParzenKernels::numbers(std::vector<double> observed, double low, double high,
                                     std::size_t dimensions) {
  const auto n = static_cast<double>(std::max<std::size_t>(observed.size(), 1));
  const double width = narrowing * 0.2 * std::pow(n, -1.0 / (static_cast<double>(dimensions) + 4));
  std::vector<double> widths(observed.size(),
                             std::max(width * (high - low), narrowest(observed.size(), low, high)));
  widths.push_back(high - low);  // of the prior
  return {std::move(observed), std::move(widths), low, high};
}

ParzenKernels ParzenKernels::choices(const std::vector<double>& observed, std::size_t count) {
  return ParzenKernels(observed, count);
}

ParzenKernels::ParzenKernels(std::vector<double> observed, std::vector<double> widths, double low,
                             double high)
    : low_(low), high_(high), mus_(std::move(observed)), sigmas_(std::move(widths)) {
  mus_.push_back(0.5 * (low + high));
  for (std::size_t i = 0; i < mus_.size(); ++i) {
    below_.push_back(cumulative((low - mus_[i]) / sigmas_[i]));
    inside_.push_back(cumulative((high - mus_[i]) / sigmas_[i]) - below_.back());
  }
}

ParzenKernels::ParzenKernels(std::vector<double> observed, std::size_t count)
    : observed_(std::move(observed)), count_(count) {}

double ParzenKernels::draw(std::size_t kernel, RandomStream& random) const {
  double part = uniform(random);
  if (count_ == 0) {
    const double p = below_[kernel] + part * inside_[kernel];
    return std::clamp(mus_[kernel] + sigmas_[kernel] * quantile(p), low_, high_);
  }
  std::size_t choice = 0;
  while (choice + 1 < count_ && part >= probability(kernel, choice)) {
    part -= probability(kernel, choice++);
  }
  return static_cast<double>(choice);
}

double ParzenKernels::log_density(std::size_t kernel, double x) const {
  const double z = (x - mus_[kernel]) / sigmas_[kernel];
  return -0.5 * z * z -
         std::log(std::sqrt(2 * std::numbers::pi) * sigmas_[kernel] * inside_[kernel]);
}

double ParzenKernels::log_probability(std::size_t kernel, double from, double to) const {
  const auto below = [&](double x) { return cumulative((x - mus_[kernel]) / sigmas_[kernel]); };
  const double part = below(std::min(to, high_)) - below(std::max(from, low_));
  return std::log(std::max(part / inside_[kernel], std::numeric_limits<double>::min()));
}

double ParzenKernels::log_choice(std::size_t kernel, double choice) const {
  return std::log(probability(kernel, static_cast<std::size_t>(choice)));
}

/// A kernel is its observation, smoothed by a prior of one kernel in all over the choices.
double ParzenKernels::probability(std::size_t kernel, std::size_t choice) const {
  const double smooth = 1 / static_cast<double>(size()), all = static_cast<double>(count_) * smooth;
  if (kernel >= observed_.size()) return smooth / all;
  const double own = static_cast<std::size_t>(observed_[kernel]) == choice ? 1 : 0;
  return (smooth + own) / (all + 1);
}

}  // namespace glia::sweep
