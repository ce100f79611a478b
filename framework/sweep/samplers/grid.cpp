// SPDX-License-Identifier: MIT
#include "core/log.hpp"
#include "sweep/expansion.hpp"
#include "sweep/sampler.hpp"

#include <utility>

namespace glia::sweep::samplers::grid {
namespace {

/// Every combination that the file's axes give.
class Grid final : public Sampler {
 public:
  Grid(const DrawSettings&, const config::SweepSpec& spec) {
    auto expansion = expand(spec);
    if (expansion.drawn_again > 0) {
      log().warn(
          "{} of the samples are like others and count once, as they are drawn from whole numbers: "
          "list the values, or take sampler = \"sobol\", which draws others instead",
          expansion.drawn_again);
    }
    table_ = std::move(expansion.table);
    points_ = std::move(expansion.points);
  }

  std::vector<Point> ask(const std::vector<Point>&) override { return std::exchange(points_, {}); }

 private:
  std::vector<Point> points_;
};

const Registered<SamplerEntry> registered(sampler<Grid>(
    "grid", draw_schema,
    "Every combination of the axes' values; of axes that are ranges, points are drawn."));

}  // namespace
}  // namespace glia::sweep::samplers::grid
