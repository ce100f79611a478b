// SPDX-License-Identifier: MIT
#include "sweep/objective.hpp"
#include "sweep/parzen.hpp"
#include "sweep/sampler.hpp"
#include "sweep/samplers/drawing.hpp"
#include "sweep/space.hpp"

#include <glia/sdk/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glia::sweep::samplers::tpe {
namespace {

struct Settings {
  std::int64_t trials = 1, sampling_seed = 1;
  std::string objective, goal = "auto";
  std::int64_t startup = 10, candidates = 24, parallel = 4;
  bool multivariate = true;
};

constexpr auto schema = glia::schema<Settings>(
    glia::field(&Settings::trials, "trials").required().range(1, most_drawn).doc(trials_doc),
    glia::field(&Settings::sampling_seed, "sampling_seed").at_least(0).doc(sampling_seed_doc),
    glia::field(&Settings::objective, "objective")
        .required()
        .doc("What is looked for, HEAD.METRIC: \"digit.validation_accuracy\"."),
    glia::field(&Settings::goal, "goal").choices("auto", "maximize", "minimize").doc(goal_doc),
    glia::field(&Settings::startup, "startup")
        .at_least(1)
        .unit("points")
        .doc("Points that are drawn at random before results are learned from."),
    glia::field(&Settings::candidates, "candidates")
        .at_least(1)
        .doc("Values that are drawn for every axis, of which the most promising one is taken."),
    glia::field(&Settings::parallel, "parallel")
        .at_least(1)
        .unit("points")
        .doc("Points under way at once: each follows from all but the parallel - 1 before it."),
    glia::field(&Settings::multivariate, "multivariate")
        .doc("Describe the axes that every point has together, so that values that go with one "
             "another are suggested together; false: each axis by itself."),
    glia::rule<Settings>([](const Settings& s) { return objective_problem(s.objective, s.goal); }));

using Place = std::vector<std::optional<double>>;

/// A density over some dimensions of a space: kernels at the places that have all of them.
class Mixture {
 public:
  Mixture(const Space& space, const std::vector<std::size_t>& dimensions,
          const std::vector<Place>& places) {
    std::vector<std::vector<double>> observed(dimensions.size());
    std::size_t count = 0;
    for (const auto& place : places) {
      if (!std::all_of(dimensions.begin(), dimensions.end(),
                       [&](std::size_t d) { return place[d].has_value(); })) {
        continue;
      }
      ++count;
      for (std::size_t i = 0; i < dimensions.size(); ++i) {
        observed[i].push_back(*place[dimensions[i]]);
      }
    }
    weights_ = parzen_weights(count);
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
      add(space.dimensions()[dimensions[i]], std::move(observed[i]), dimensions.size());
    }
  }

  std::vector<double> draw(RandomStream& random) const {
    const std::size_t kernel = draw_kernel(weights_, random);
    std::vector<double> x;
    for (const auto& axis : axes_) {
      const double drawn = axis.kernels.draw(kernel, random);
      const double value = axis.logarithmic ? std::exp(drawn) : drawn;
      x.push_back(axis.whole ? std::clamp(std::round(value), axis.low, axis.high) : value);
    }
    return x;
  }

  /// Logarithm of the density at x, up to what depends on x alone.
  double log(const std::vector<double>& x) const {
    std::vector<double> terms;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      double term = std::log(weights_[k]);
      for (std::size_t i = 0; i < axes_.size(); ++i) term += axes_[i].log(k, x[i]);
      terms.push_back(term);
    }
    return log_sum_exp(terms);
  }

 private:
  struct OneAxis {
    ParzenKernels kernels;
    bool choice = false, whole = false, logarithmic = false;
    double low = 0, high = 0;

    double scaled(double x) const { return logarithmic ? std::log(x) : x; }
    double log(std::size_t kernel, double x) const {
      if (choice) return kernels.log_choice(kernel, x);
      if (!whole) return kernels.log_density(kernel, scaled(x));
      return kernels.log_probability(kernel, scaled(x - 0.5), scaled(x + 0.5));
    }
  };

  void add(const Dimension& dimension, std::vector<double> observed, std::size_t together) {
    if (!dimension.range) {
      axes_.push_back(
          {.kernels = ParzenKernels::choices(observed, dimension.choices.size()), .choice = true});
      return;
    }
    const auto& range = *dimension.range;
    const double half = range.whole ? 0.5 : 0;
    const auto scaled = [&](double x) { return range.logarithmic ? std::log(x) : x; };
    for (double& value : observed) value = scaled(value);
    const double low = scaled(range.low - half), high = scaled(range.high + half);
    auto kernels = ParzenKernels::numbers(std::move(observed), low, high, together);
    axes_.push_back({.kernels = std::move(kernels),
                     .whole = range.whole,
                     .logarithmic = range.logarithmic,
                     .low = range.low,
                     .high = range.high});
  }

  std::vector<double> weights_;
  std::vector<OneAxis> axes_;
};

/// The tree-structured Parzen estimator: of the points so far, the best tenth and the others are
/// each described by a density, and the next point has the values that are likeliest under the
/// first and least likely under the second.
class Tpe final : public Sampler {
 public:
  Tpe(const Settings& settings, const config::SweepSpec& spec)
      : settings_(settings),
        learning_{parse_objective(settings.objective, settings.goal),
                  points_of(settings.trials, spec), static_cast<std::size_t>(settings.parallel)},
        space_(spec, table_) {}

  std::optional<Learning> learning() const override { return learning_; }

  std::vector<Point> ask(const std::vector<Point>& before) override {
    if (before.size() >= learning_.points) return {};
    const std::set<Point> seen(before.begin(), before.end());
    const auto groups = split(before);
    const auto point = space_.first_new(seen, [&](std::uint64_t attempt) {
      // A space of choices may hold no new point where the densities are high.
      const bool learned = !groups.good.empty() && attempt < most_learned_attempts;
      return learned ? promising(groups, before.size(), attempt)
                     : random_place(space_, seed(), before.size(), attempt);
    });
    std::vector<Point> next;
    if (point) next.push_back(*point);
    return next;
  }

  void tell(const Point& point, std::optional<double> loss) override {
    places_.push_back(space_.place(point));
    losses_.push_back(loss);
  }

 private:
  struct Groups {
    std::vector<Place> good, other;  ///< each in the order of points
  };

  static constexpr std::uint64_t most_learned_attempts = 20;
  static constexpr std::size_t least_good = 2;  // of one alone nothing is learned but where it is
  static constexpr std::size_t most_good = 25;

  std::uint64_t seed() const { return static_cast<std::uint64_t>(settings_.sampling_seed); }

  /// Points that failed count among the others, and so do those under way (the constant liar),
  /// which keeps the next ones away from them. Nothing is good until there are enough.
  Groups split(const std::vector<Point>& before) const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      if (losses_[i]) order.push_back(i);
    }
    if (losses_.size() < static_cast<std::size_t>(settings_.startup) || order.empty()) return {};
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return *losses_[a] < *losses_[b]; });
    const auto tenth = (losses_.size() + 9) / 10;
    order.resize(std::min(std::clamp(tenth, least_good, most_good), order.size()));
    Groups groups;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const bool good = std::count(order.begin(), order.end(), i) > 0;
      (good ? groups.good : groups.other).push_back(places_[i]);
    }
    for (std::size_t i = places_.size(); i < before.size(); ++i) {
      groups.other.push_back(space_.place(before[i]));
    }
    return groups;
  }

  bool stands_with_others(std::size_t dimension) const {
    return settings_.multivariate && !space_.is_conditional(dimension);
  }

  /// Dimensions that every point has are described together, unless each is to stand by itself;
  /// those under conditions are described one by one.
  std::vector<double> promising(const Groups& groups, std::size_t number,
                                std::uint64_t attempt) const {
    std::vector<double> place(space_.dimensions().size(), 0);
    std::vector<std::size_t> together;
    for (std::size_t d = 0; d < place.size(); ++d) {
      if (stands_with_others(d)) together.push_back(d);
    }
    if (!together.empty()) {
      RandomStream random(seed(), fmt::format("sweep/tpe/{}", attempt), number);
      best_of(groups, together, random, place);
    }
    for (std::size_t d = 0; d < place.size(); ++d) {
      if (stands_with_others(d)) continue;
      RandomStream random(seed(), fmt::format("sweep/tpe/{}/{}", attempt, space_.name(d)), number);
      best_of(groups, {d}, random, place);
    }
    return place;
  }

  /// Of candidates that the density of the good points gives, the one where it is highest compared
  /// with that of the others; into its dimensions of `place`.
  void best_of(const Groups& groups, const std::vector<std::size_t>& dimensions,
               RandomStream& random, std::vector<double>& place) const {
    const Mixture likely(space_, dimensions, groups.good),
        unlikely(space_, dimensions, groups.other);
    std::vector<double> best;
    double highest = 0;
    for (std::int64_t i = 0; i < settings_.candidates; ++i) {
      auto x = likely.draw(random);
      const double score = likely.log(x) - unlikely.log(x);
      if (best.empty() || score > highest) best = std::move(x), highest = score;
    }
    for (std::size_t i = 0; i < dimensions.size(); ++i) place[dimensions[i]] = best[i];
  }

  const Settings settings_;
  const Learning learning_;
  Space space_;
  std::vector<Place> places_;                  ///< of the points that it was told of
  std::vector<std::optional<double>> losses_;  ///< what they came to
};

const Registered<SamplerEntry> registered(sampler<Tpe>(
    "tpe", schema,
    "Learns from results: a tree-structured Parzen estimator suggests values that were good."));

}  // namespace
}  // namespace glia::sweep::samplers::tpe
