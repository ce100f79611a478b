// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/random.hpp>

#include <cstddef>
#include <vector>

namespace glia::sweep {

/// Parzen estimators as the tree-structured estimator of Bergstra et al. ("Algorithms for
/// hyper-parameter optimization", NIPS 2011) uses them, with the weights of Optuna (Watanabe,
/// arXiv:2304.11127, describes them) and 0.4 of its bandwidths: a mixture of one component per
/// observation and a wide one, the prior. Old observations weigh less once there are more than 25.

/// Weights of n observations in their order and of the prior behind them, n + 1 numbers that sum
/// to 1.
std::vector<double> parzen_weights(std::size_t n);

/// One direction of an estimator: kernels of numbers in [low, high], normals that are cut off at
/// the ends, or of choices 0 .. count - 1. Observations lie in the range. Of whole numbers the
/// range reaches half a step further, and the probability of [n - 1/2, n + 1/2] counts.
class ParzenKernels {
 public:
  /// `dimensions` is how many directions the estimator has, which kernels are wider for.
  static ParzenKernels numbers(std::vector<double> observed, double low, double high,
                               std::size_t dimensions);
  static ParzenKernels choices(const std::vector<double>& observed, std::size_t count);

  /// Kernels: one per observation and the prior.
  std::size_t size() const { return mus_.empty() ? observed_.size() + 1 : mus_.size(); }
  double draw(std::size_t kernel, RandomStream& random) const;
  /// Logarithm of a kernel's density at x; of its probability of [from, to]; of a choice.
  double log_density(std::size_t kernel, double x) const;
  double log_probability(std::size_t kernel, double from, double to) const;
  double log_choice(std::size_t kernel, double choice) const;

  const std::vector<double>& widths() const { return sigmas_; }

 private:
  ParzenKernels(std::vector<double> observed, std::vector<double> widths, double low, double high);
  explicit ParzenKernels(std::vector<double> observed, std::size_t count);
  double probability(std::size_t kernel, std::size_t choice) const;

  double low_ = 0, high_ = 0;
  std::vector<double> mus_, sigmas_;    ///< of numbers
  std::vector<double> below_, inside_;  ///< probability below `low`, and in the range, of each
  std::vector<double> observed_;        ///< of choices
  std::size_t count_ = 0;
};

/// Which kernel of a mixture with these weights.
std::size_t draw_kernel(const std::vector<double>& weights, RandomStream& random);

/// log(sum(exp(terms))).
double log_sum_exp(const std::vector<double>& terms);

}  // namespace glia::sweep
