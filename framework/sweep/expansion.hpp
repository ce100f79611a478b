// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/axis_table.hpp"

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia::sweep {

/// How points are drawn from axes that are ranges, in a sweep of combinations.
struct DrawSettings {
  std::int64_t samples = 0;
  std::string sampling = "random";  ///< "random" | "sobol"
  std::int64_t sampling_seed = 1;
};

inline constexpr auto draw_schema = glia::schema<DrawSettings>(
    glia::field(&DrawSettings::samples, "samples")
        .range(0, 1'000'000)
        .doc("How many points are drawn from the axes that are ranges to sample."),
    glia::field(&DrawSettings::sampling, "sampling")
        .choices("random", "sobol")
        .doc("random: independent points; sobol: points that fill the space evenly."),
    glia::field(&DrawSettings::sampling_seed, "sampling_seed")
        .at_least(0)
        .doc("The points follow from it; more samples keep the first ones."));

/// What the [sweep] table stands for, before anything is checked.
struct Expansion {
  AxisTable table;
  std::vector<Point> points;    ///< no two are equal
  std::size_t drawn_again = 0;  ///< points that were drawn and are like ones before
};

/// All combinations of values; the settings of the sampler are `DrawSettings`. Error
/// (configuration) if there are too many, or none.
Expansion expand(const config::SweepSpec& spec);

}  // namespace glia::sweep
