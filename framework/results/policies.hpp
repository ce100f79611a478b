// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

namespace glia::results {

/// Whether it is the return of an episode, which policies go by: they train in generations.
inline bool is_return(const Metric& metric) { return metric.name == "return"; }

}  // namespace glia::results
