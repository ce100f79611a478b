// SPDX-License-Identifier: MIT
#include "sweep/expansion.hpp"

#include "config/axis_values.hpp"
#include "config/item_text.hpp"
#include "core/diagnostics.hpp"
#include "sweep/sampling.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t most_trials = 1'000'000;

bool same(const config::Item& a, const config::Item& b) {
  return config::value_text(a) == config::value_text(b);
}

class Expander {
 public:
  explicit Expander(const config::SweepSpec& spec) : spec_(spec) {}

  Expansion run() {
    for (const auto& block : spec_.blocks) {
      for (const auto& group : block.groups) {
        for (const auto& axis : group) axis_of(axis.path);
      }
      for (const auto& axis : block.sampled) axis_of(axis.path);
    }
    check_conditions();
    for (const auto& block : spec_.blocks) add(block);
    check_condition_values();
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

  std::size_t axis_of(const std::string& path) {
    const auto [it, added] = index_.emplace(path, out_.axes.size());
    if (added) out_.axes.push_back({path, {}, {}});
    return it->second;
  }

  int value_of(std::size_t axis, const config::Item& value) {
    PlanAxis& known = out_.axes[axis];
    const auto [it, added] =
        values_.emplace(std::pair(axis, config::value_text(value)), known.values.size());
    if (added) {
      known.values.push_back(value);
      known.texts.push_back(config::toml_text(value));
    }
    return static_cast<int>(it->second);
  }

  void add(const config::AxisBlock& block) {
    std::vector<Factor> factors;
    for (const auto& group : block.groups) {
      Factor factor(group.empty() ? 0 : group[0].values.size());
      for (const auto& axis : group) {
        for (std::size_t i = 0; i < factor.size(); ++i) {
          factor[i].emplace_back(axis_of(axis.path), value_of(axis_of(axis.path), axis.values[i]));
        }
      }
      factors.push_back(std::move(factor));
    }
    if (!block.sampled.empty()) {
      Factor factor;
      for (const auto& point :
           draw_points(block.sampled, spec_.samples, spec_.sampling, spec_.sampling_seed)) {
        Step step;
        for (std::size_t i = 0; i < point.size(); ++i) {
          const std::size_t axis = axis_of(block.sampled[i].path);
          step.emplace_back(axis, value_of(axis, point[i]));
        }
        factor.push_back(std::move(step));
      }
      factors.push_back(std::move(factor));
    }
    check_size(factors);
    multiply(factors);
  }

  void check_size(const std::vector<Factor>& factors) const {
    double count =
        static_cast<double>(spec_.seeds.size()) + static_cast<double>(out_.points.size());
    for (const auto& factor : factors) count *= static_cast<double>(factor.size());
    if (count <= static_cast<double>(most_trials)) return;
    char text[32];
    std::snprintf(text, sizeof text, "%.0f", count);
    throw Error(ErrorCode::configuration,
                std::string("the sweep would have ") + text + " trials; at most 1000000 make sense",
                "draw samples instead of taking every combination");
  }

  /// The first factor moves slowest.
  void multiply(const std::vector<Factor>& factors) {
    std::vector<std::size_t> at(factors.size(), 0);
    for (;;) {
      std::vector<int> point(out_.axes.size(), Trial::unset);
      for (std::size_t f = 0; f < factors.size(); ++f) {
        for (const auto& [axis, value] : factors[f][at[f]]) point[axis] = value;
      }
      keep(std::move(point));
      std::size_t f = factors.size();
      while (f > 0 && ++at[f - 1] == factors[f - 1].size()) at[--f] = 0;
      if (f == 0) return;
    }
  }

  void keep(std::vector<int> point) {
    for (bool changed = true; changed;) {  // an axis that goes can take others with it
      changed = false;
      for (const auto& rule : spec_.only_if) {
        int& value = point[index_.at(rule.path)];
        if (value == Trial::unset || holds(rule.conditions, point)) continue;
        value = Trial::unset;
        changed = true;
      }
    }
    for (const auto& conditions : spec_.exclude) {
      if (holds(conditions, point)) return;
    }
    std::string bytes(reinterpret_cast<const char*>(point.data()), point.size() * sizeof(int));
    if (seen_.insert(std::move(bytes)).second) out_.points.push_back(std::move(point));
  }

  bool holds(const std::vector<config::Condition>& conditions,
             const std::vector<int>& point) const {
    return std::all_of(conditions.begin(), conditions.end(), [&](const auto& condition) {
      const std::size_t axis = index_.at(condition.path);
      if (point[axis] == Trial::unset) return false;
      const auto& value = out_.axes[axis].values[static_cast<std::size_t>(point[axis])];
      return std::any_of(condition.values.begin(), condition.values.end(),
                         [&](const auto& wanted) { return same(value, wanted); });
    });
  }

  void check_conditions() const {
    Diagnostics problems;
    std::vector<std::string> paths;
    for (const auto& axis : out_.axes) paths.push_back(axis.path);
    const auto check = [&](const std::string& path, const Source& source) {
      if (!index_.count(path)) {
        problems.error(source, "there is no axis '" + path + "'", did_you_mean(path, paths));
      }
    };
    const auto check_all = [&](const std::vector<config::Condition>& conditions) {
      for (const auto& condition : conditions) check(condition.path, condition.source);
    };
    for (const auto& conditions : spec_.exclude) check_all(conditions);
    for (const auto& rule : spec_.only_if) {
      check(rule.path, rule.source);
      check_all(rule.conditions);
      if (depends(rule.path, rule.path, {})) {
        problems.error(rule.source, "whether '" + rule.path + "' is there depends on itself");
      }
    }
    problems.require_ok();
  }

  /// Whether an axis is only there if `other` is, by whatever way round.
  bool depends(const std::string& path, const std::string& other,
               std::set<std::string> seen) const {
    if (!seen.insert(path).second) return false;
    for (const auto& rule : spec_.only_if) {
      if (rule.path != path) continue;
      for (const auto& condition : rule.conditions) {
        if (condition.path == other || depends(condition.path, other, seen)) return true;
      }
    }
    return false;
  }

  /// A value that the axis never has is a slip of the pen, unless the values were given on the
  /// command line instead of those in the file, or are drawn.
  void check_condition_values() const {
    std::set<std::string> drawn;
    for (const auto& block : spec_.blocks) {
      for (const auto& axis : block.sampled) drawn.insert(axis.path);
    }
    Diagnostics problems;
    const auto check = [&](const config::Condition& condition) {
      const PlanAxis& axis = out_.axes[index_.at(condition.path)];
      const bool elsewhere = std::any_of(
          axis.values.begin(), axis.values.end(),
          [&](const auto& value) { return value.source.name != condition.source.name; });
      if (elsewhere || drawn.count(axis.path)) return;
      for (const auto& wanted : condition.values) {
        if (std::any_of(axis.values.begin(), axis.values.end(),
                        [&](const auto& value) { return same(value, wanted); })) {
          continue;
        }
        problems.error(
            wanted.source,
            "the axis '" + axis.path + "' never has the value " + config::toml_text(wanted),
            "its values are " + joined(axis.texts));
      }
    };
    for (const auto& conditions : spec_.exclude) {
      for (const auto& condition : conditions) check(condition);
    }
    for (const auto& rule : spec_.only_if) {
      for (const auto& condition : rule.conditions) check(condition);
    }
    problems.require_ok();
  }

  static std::string joined(const std::vector<std::string>& texts) {
    constexpr std::size_t most = 12;
    std::string all;
    for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
      all += (i ? ", " : "") + texts[i];
    }
    return texts.size() > most ? all + ", ..." : all;
  }

  const config::SweepSpec& spec_;
  Expansion out_;
  std::map<std::string, std::size_t> index_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> values_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

Expansion expand(const config::SweepSpec& spec) { return Expander(spec).run(); }

}  // namespace glia::sweep
