// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "core/described.hpp"
#include "core/registry.hpp"
#include "sweep/axis_table.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace glia::sweep {

/// What a sampler that learns looks for, and how.
struct Learning {
  Objective objective;
  std::size_t points = 0;  ///< that it suggests in all
  /// A point follows from the results of all points but the `parallel - 1` latest before it, which
  /// may be under way; so what is suggested does not depend on the number of workers.
  std::size_t parallel = 1;
};

/// Where the points of a sweep come from. One source file in samplers/ each. [one thread]
class Sampler {
 public:
  virtual ~Sampler() = default;

  /// The axes, with the values that points refer to.
  const AxisTable& table() const { return table_; }
  AxisTable& table() { return table_; }

  /// How it learns from results; nothing if it does not.
  virtual std::optional<Learning> learning() const { return std::nullopt; }

  /// What points are to be compared by; nothing if the file does not say.
  virtual std::optional<Objective> judged_by() const {
    const auto learns = learning();
    return learns ? std::optional(learns->objective) : std::nullopt;
  }

  /// Points that come after these; none if there are no more. A pure function of the sweep's
  /// settings, of what it was told, and of `before`. One that does not learn gives all at once.
  virtual std::vector<Point> ask(const std::vector<Point>& before) = 0;

  /// What a point came to, as a loss: smaller is better, nothing if it has failed. Points are told
  /// in their order, each once.
  virtual void tell(const Point& point, std::optional<double> loss) { (void)point, (void)loss; }

 protected:
  AxisTable table_;
};

/// How a sampler is declared.
struct SamplerEntry : Declared {
  static constexpr const char* kind = "sampler";
  /// Error (configuration) for axes that it cannot draw from. The spec must outlive the sampler.
  std::function<std::unique_ptr<Sampler>(const config::SweepSpec& spec)> make;
};

/// An entry for a class that is constructed from (Settings, spec).
template <class Made, class Schema>
SamplerEntry sampler(const char* name, const Schema& schema, const char* doc) {
  auto entry = described<SamplerEntry>(name, schema, doc);
  entry.make = [schema](const config::SweepSpec& spec) {
    return std::make_unique<Made>(schema.parse(spec.sampler_settings), spec);
  };
  return entry;
}

}  // namespace glia::sweep

namespace glia {
template <>
Registry<sweep::SamplerEntry>& Registry<sweep::SamplerEntry>::all();
}  // namespace glia
