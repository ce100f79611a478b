// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/plan.hpp"

#include <vector>

namespace glia::sweep {

/// What the [sweep] table stands for, before anything is checked.
struct Expansion {
  std::vector<PlanAxis> axes;
  std::vector<std::vector<int>> points;  ///< values per axis, as in `Trial`; no two are equal
};

/// All combinations of values. Error (configuration) if there are too many, or none.
GLIA_API Expansion expand(const config::SweepSpec& spec);

}  // namespace glia::sweep
