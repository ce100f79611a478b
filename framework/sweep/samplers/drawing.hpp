// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cstdint>

namespace glia::sweep {

/// What every sampler has that draws points until it has so many.
struct DrawingSettings {
  std::int64_t trials = 1;
  std::int64_t sampling_seed = 1;
};

inline constexpr double most_drawn = 1e6;
inline constexpr const char* trials_doc =
    "How many trials there are in all; with several seeds each point takes one for each.";
inline constexpr const char* sampling_seed_doc =
    "The points follow from it; more samples keep the first ones.";

inline constexpr auto drawing_schema = glia::schema<DrawingSettings>(
    glia::field(&DrawingSettings::trials, "trials").required().range(1, most_drawn).doc(trials_doc),
    glia::field(&DrawingSettings::sampling_seed, "sampling_seed")
        .at_least(0)
        .doc(sampling_seed_doc));

}  // namespace glia::sweep
