// SPDX-License-Identifier: MIT
#include "sweep/sampler.hpp"
#include "sweep/samplers/drawing.hpp"
#include "sweep/space.hpp"

namespace glia::sweep::samplers::random {
namespace {

/// Independent points.
class Random final : public Sampler {
 public:
  Random(const DrawingSettings& settings, const config::SweepSpec& spec)
      : settings_(settings), points_(points_of(settings.trials, spec)), space_(spec, table_) {}

  std::optional<Objective> judged_by() const override { return settings_.judged_by(); }

  std::vector<Point> ask(const std::vector<Point>& before) override {
    std::vector<Point> all = before;
    std::set<Point> seen(before.begin(), before.end());
    while (all.size() < points_) {
      const auto point = space_.first_new(seen, [&](std::uint64_t attempt) {
        return random_place(space_, static_cast<std::uint64_t>(settings_.sampling_seed), all.size(),
                            attempt);
      });
      if (!point) break;
      all.push_back(*point);
      seen.insert(*point);
    }
    return {all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end()};
  }

 private:
  const DrawingSettings settings_;
  const std::size_t points_;
  Space space_;
};

const Registered<SamplerEntry> registered(
    sampler<Random>("random", drawing_schema, "Independent points of the axes' space."));

}  // namespace
}  // namespace glia::sweep::samplers::random
