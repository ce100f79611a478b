// SPDX-License-Identifier: MIT
#include "sweep/expansion.hpp"

#include "core/diagnostics.hpp"
#include "sweep/conditions.hpp"
#include "sweep/sampling.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <set>
#include <string>
#include <unordered_set>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t most_trials = 1'000'000;

class Expander {
 public:
  explicit Expander(const config::SweepSpec& spec)
      : spec_(spec),
        draw_(draw_schema.parse(spec.sampler_settings)),
        conditions_(spec, out_.table) {}

  Expansion run() {
    for (const auto& block : spec_.blocks) {
      for (const auto& group : block.groups) {
        for (const auto& axis : group) out_.table.axis(axis);
      }
      for (const auto& axis : block.sampled) out_.table.axis(axis);
    }
    conditions_.check_axes();
    for (const auto& block : spec_.blocks) add(block);
    conditions_.check_values();
    if (out_.points.empty()) {
      Diagnostics problems;
      problems.error(spec_.exclude.at(0).at(0).source, "the sweep has no trials: all are excluded");
      problems.require_ok();
    }
    return std::move(out_);
  }

 private:
  /// A factor of the product: what each of its steps sets.
  using Step = std::vector<std::pair<std::size_t, int>>;
  using Factor = std::vector<Step>;

  void add(const config::AxisBlock& block) {
    std::vector<Factor> factors;
    for (const auto& group : block.groups) {
      Factor factor(group.empty() ? 0 : group[0].values.size());
      for (const auto& axis : group) {
        const std::size_t a = out_.table.axis(axis.path);
        for (std::size_t i = 0; i < factor.size(); ++i) {
          factor[i].emplace_back(a, out_.table.value(a, axis.values[i]));
        }
      }
      factors.push_back(std::move(factor));
    }
    if (!block.sampled.empty()) factors.push_back(drawn(block.sampled));
    check_size(factors);
    double points = 1;
    for (const auto& factor : factors) points *= static_cast<double>(factor.size());
    looked_at_ += points;
    multiply(factors);
  }

  Factor drawn(const std::vector<config::Axis>& axes) {
    Factor factor;
    std::set<Step> different;
    for (const auto& point : draw_points(axes, draw_.samples, draw_.sampling,
                                         static_cast<std::uint64_t>(draw_.sampling_seed))) {
      Step step;
      for (std::size_t i = 0; i < point.size(); ++i) {
        const std::size_t axis = out_.table.axis(axes[i].path);
        step.emplace_back(axis, out_.table.value(axis, point[i]));
      }
      if (!different.insert(step).second) ++out_.drawn_again;
      factor.push_back(std::move(step));
    }
    return factor;
  }

  void check_size(const std::vector<Factor>& factors) const {
    double count = 1;
    for (const auto& factor : factors) count *= static_cast<double>(factor.size());
    // Before rules leave some out and equal ones count once: every combination is looked at.
    count = (looked_at_ + count) * static_cast<double>(spec_.seeds.size());
    if (count <= static_cast<double>(most_trials)) return;
    throw Error(
        ErrorCode::configuration,
        fmt::format("the sweep would have {:.0f} trials; at most 1000000 make sense", count),
        "draw samples instead of taking every combination");
  }

  /// The first factor moves slowest.
  void multiply(const std::vector<Factor>& factors) {
    std::vector<std::size_t> at(factors.size(), 0);
    for (;;) {
      Point point(out_.table.axes().size(), Trial::unset);
      for (std::size_t f = 0; f < factors.size(); ++f) {
        for (const auto& [axis, value] : factors[f][at[f]]) point[axis] = value;
      }
      keep(std::move(point));
      std::size_t f = factors.size();
      while (f > 0 && ++at[f - 1] == factors[f - 1].size()) at[--f] = 0;
      if (f == 0) return;
    }
  }

  void keep(Point point) {
    conditions_.apply(point);
    if (conditions_.excludes(point)) return;
    std::string bytes(reinterpret_cast<const char*>(point.data()), point.size() * sizeof(int));
    if (seen_.insert(std::move(bytes)).second) out_.points.push_back(std::move(point));
  }

  const config::SweepSpec& spec_;
  const DrawSettings draw_;
  Expansion out_;
  Conditions conditions_;
  std::unordered_set<std::string> seen_;
  double looked_at_ = 0;  ///< points of the blocks before
};

}  // namespace

Expansion expand(const config::SweepSpec& spec) { return Expander(spec).run(); }

}  // namespace glia::sweep
