// SPDX-License-Identifier: MIT
#include "sweep/sampler.hpp"
#include "sweep/samplers/drawing.hpp"
#include "sweep/space.hpp"

#include <glia/sdk/random.hpp>

#include <boost/random/sobol.hpp>

#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace glia::sweep::samplers::sobol {
namespace {

/// Points of a Sobol sequence with the direction numbers of Joe and Kuo ("Constructing Sobol
/// sequences with better two-dimensional projections", SIAM J. Sci. Comput. 2008), turned by a
/// random digital shift: every dimension's bits are flipped by a mask of its own, which keeps the
/// evenness of the sequence.
class Sobol final : public Sampler {
 public:
  Sobol(const DrawingSettings& settings, const config::SweepSpec& spec)
      : settings_(settings), points_(points_of(settings.trials, spec)), space_(spec, table_) {}

  std::optional<Objective> judged_by() const override { return settings_.judged_by(); }

  std::vector<Point> ask(const std::vector<Point>& before) override {
    boost::random::sobol sequence(space_.dimensions().size());
    const auto masks = this->masks();
    std::vector<Point> all;
    std::set<Point> seen;
    // Points that are excluded, or there already, are left out: the sequence goes on.
    for (std::size_t i = 0, misses = 0; all.size() < points_ && misses < most_misses; ++i) {
      auto point = space_.point(next_place(sequence, masks, i == 0));
      const bool is_new = space_.is_new(point, seen);
      misses = is_new ? 0 : misses + 1;
      if (!is_new) continue;
      seen.insert(point);
      all.push_back(std::move(point));
    }
    if (all.size() <= before.size()) return {};
    return {all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end()};
  }

 private:
  static constexpr std::size_t most_misses = 1000;

  std::vector<std::uint64_t> masks() const {
    std::vector<std::uint64_t> all;
    for (std::size_t d = 0; d < space_.dimensions().size(); ++d) {
      RandomStream stream(static_cast<std::uint64_t>(settings_.sampling_seed),
                          "sweep/sobol/" + space_.name(d), 0);
      const std::uint64_t high = stream.bits();
      all.push_back(high << 32 | stream.bits());
    }
    return all;
  }

  /// Boost leaves out the first point of the sequence, which is 0 everywhere.
  std::vector<double> next_place(boost::random::sobol& sequence,
                                 const std::vector<std::uint64_t>& masks, bool first) const {
    std::vector<double> place;
    for (std::size_t d = 0; d < masks.size(); ++d) {
      const std::uint64_t bits = (first ? 0 : sequence()) ^ masks[d];
      place.push_back(space_.coordinate(d, std::ldexp(static_cast<double>(bits >> 11), -53)));
    }
    return place;
  }

  const DrawingSettings settings_;
  const std::size_t points_;
  Space space_;
};

const Registered<SamplerEntry> registered(
    sampler<Sobol>("sobol", drawing_schema, "Points that fill the axes' space evenly."));

}  // namespace
}  // namespace glia::sweep::samplers::sobol
