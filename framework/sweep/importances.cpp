// SPDX-License-Identifier: MIT
#include "sweep/importances.hpp"

#include "config/axis_values.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::uint64_t seed = 1, trees = 100;
constexpr std::size_t least_in_leaf = 2;
constexpr std::size_t most_in_tree = 1000;  // so that it is neither deep nor slow

using Places = std::vector<std::size_t>;

/// Ranks from 0, equal values with their mean rank.
std::vector<double> ranks_of(const std::vector<double>& values) {
  Places order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) {
      ranks[order[i]] = static_cast<double>(first + last) / 2;
    }
    first = last + 1;
  }
  return ranks;
}

/// Features and objective as ranks, so that there are no infinities to add up.
struct Ranked {
  std::vector<std::vector<double>> features;
  std::vector<double> objective;
};

/// A regression tree that splits where squared errors fall most.
class Tree {
 public:
  Tree(const Ranked& data, Places sample) : data_(data) { grow(std::move(sample)); }

  /// feature(axis) is the point's value on it.
  template <class Feature>
  double predict(Feature feature) const {
    std::size_t at = 0;
    while (nodes_[at].below != 0) {
      at = feature(nodes_[at].axis) < nodes_[at].threshold ? nodes_[at].below : nodes_[at].above;
    }
    return nodes_[at].mean;
  }

 private:
  struct Node {
    double mean = 0, threshold = 0;
    std::size_t axis = 0, below = 0, above = 0;  ///< below = 0: a leaf
  };
  struct Split {
    double gain = 0, threshold = 0;
    std::size_t axis = 0;
  };

  std::size_t grow(Places sample) {
    const std::size_t at = nodes_.size();
    Node node;
    for (const auto i : sample) node.mean += data_.objective[i];
    node.mean /= static_cast<double>(sample.size());
    nodes_.push_back(node);
    const Split split = best_split(sample);
    if (split.gain <= 1e-9) return at;
    const auto& feature = data_.features[split.axis];
    const auto middle = std::stable_partition(
        sample.begin(), sample.end(), [&](std::size_t i) { return feature[i] < split.threshold; });
    Places above(middle, sample.end());
    sample.erase(middle, sample.end());
    const std::size_t left = grow(std::move(sample)), right = grow(std::move(above));
    nodes_[at].axis = split.axis;
    nodes_[at].threshold = split.threshold;
    nodes_[at].below = left;
    nodes_[at].above = right;
    return at;
  }

  /// Of equal ones the first axis and the lowest threshold.
  Split best_split(Places sample) const {
    Split best;
    const std::size_t n = sample.size();
    if (n < 2 * least_in_leaf) return best;
    double all = 0;
    for (const auto i : sample) all += data_.objective[i];
    for (std::size_t axis = 0; axis < data_.features.size(); ++axis) {
      const auto& feature = data_.features[axis];
      std::sort(sample.begin(), sample.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(feature[a], a) < std::pair(feature[b], b);
      });
      double left = 0;
      for (std::size_t k = 1; k < n; ++k) {
        left += data_.objective[sample[k - 1]];
        const double low = feature[sample[k - 1]], high = feature[sample[k]];
        if (low == high || k < least_in_leaf || n - k < least_in_leaf) continue;
        const auto below = static_cast<double>(k), above = static_cast<double>(n - k);
        const double right = all - left, gain = left * left / below + right * right / above -
                                                all * all / static_cast<double>(n);
        if (gain > best.gain * (1 + 1e-12)) best = {gain, (low + high) / 2, axis};
      }
    }
    return best;
  }

  const Ranked& data_;
  std::vector<Node> nodes_;
};

double square(double x) { return x * x; }

/// What the trees have to say on points that they have not seen.
struct Forest {
  std::vector<double> increase;     ///< [axes]: of squared errors, per point, summed over trees
  std::vector<double> sum;          ///< [points]: predictions
  std::vector<std::size_t> counts;  ///< [points]: of how many trees
};

void add_tree(const Ranked& data, std::uint64_t number, Forest& forest) {
  const std::size_t n = data.objective.size();
  RandomStream draws(seed, "importances/sample", number);
  Places sample;
  std::vector<bool> drawn(n);
  for (std::size_t i = 0; i < std::min(n, most_in_tree); ++i) {
    sample.push_back(static_cast<std::size_t>(draws.below(n)));
    drawn[sample.back()] = true;
  }
  Places left_out;
  for (std::size_t i = 0; i < n; ++i) {
    if (!drawn[i]) left_out.push_back(i);
  }
  if (left_out.size() < 2) return;
  const Tree tree(data, std::move(sample));
  double error = 0;
  for (const auto i : left_out) {
    const double said = tree.predict([&](std::size_t axis) { return data.features[axis][i]; });
    error += square(said - data.objective[i]);
    forest.sum[i] += said;
    ++forest.counts[i];
  }
  std::vector<std::int64_t> order(left_out.size());
  for (std::size_t shuffled = 0; shuffled < data.features.size(); ++shuffled) {
    RandomStream(seed, "importances/shuffle", number * data.features.size() + shuffled)
        .permutation(order);
    double worse = 0;
    for (std::size_t k = 0; k < left_out.size(); ++k) {
      const std::size_t i = left_out[k], other = left_out[static_cast<std::size_t>(order[k])];
      const double said = tree.predict(
          [&](std::size_t axis) { return data.features[axis][axis == shuffled ? other : i]; });
      worse += square(said - data.objective[i]);
    }
    forest.increase[shuffled] += (worse - error) / static_cast<double>(left_out.size());
  }
}

/// R2 of what the trees say on the whole.
double explained(const Ranked& data, const Forest& forest) {
  double mean = 0, error = 0, spread = 0, seen = 0;
  for (std::size_t i = 0; i < forest.counts.size(); ++i) {
    if (forest.counts[i] == 0) continue;
    mean += data.objective[i];
    ++seen;
  }
  mean /= std::max(seen, 1.0);
  for (std::size_t i = 0; i < forest.counts.size(); ++i) {
    if (forest.counts[i] == 0) continue;
    error += square(forest.sum[i] / static_cast<double>(forest.counts[i]) - data.objective[i]);
    spread += square(data.objective[i] - mean);
  }
  return spread > 0 ? 1 - error / spread : 0;
}

/// The values of an axis as numbers, or else their places.
std::vector<double> numbers_of(const PlanAxis& axis) {
  std::vector<double> all;
  for (const auto& value : axis.values) {
    const auto number = config::number_of(value);
    if (!number) break;
    all.push_back(*number);
  }
  if (all.size() < axis.values.size()) {
    all.resize(axis.values.size());
    std::iota(all.begin(), all.end(), 0.0);
  }
  return all;
}

}  // namespace

std::optional<Importances> importances(const Observations& seen) {
  if (seen.points() < least_points || seen.features.empty()) return std::nullopt;
  Ranked data{{}, ranks_of(seen.objective)};
  for (const auto& feature : seen.features) data.features.push_back(ranks_of(feature));
  Forest forest{std::vector<double>(seen.features.size()), std::vector<double>(seen.points()),
                std::vector<std::size_t>(seen.points())};
  for (std::uint64_t tree = 0; tree < trees; ++tree) add_tree(data, tree, forest);
  Importances found{std::move(forest.increase), explained(data, forest)};
  double sum = 0;
  for (double& share : found.shares) sum += share = std::max(share, 0.0);
  for (double& share : found.shares) share = sum > 0 ? share / sum : 0;
  return found;
}

Observations observations(const Plan& plan, const Ranking& ranking) {
  Observations seen;
  for (const auto& point : ranking.points) seen.objective.push_back(point.objective);
  for (std::size_t a = 0; a < plan.axes.size(); ++a) {
    auto& feature = seen.features.emplace_back();
    const auto numbers = numbers_of(plan.axes[a]);
    for (const auto& point : ranking.points) {
      const int value = plan.trials.at(point.typical).values[a];
      feature.push_back(value == Trial::unset ? Observations::absent
                                              : numbers.at(static_cast<std::size_t>(value)));
    }
  }
  return seen;
}

}  // namespace glia::sweep
