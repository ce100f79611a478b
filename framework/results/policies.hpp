// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

namespace glia::results {

/// The return of an episode, which policies go by: they train in generations.
inline constexpr const char* return_metric = "return";

inline bool is_return(const Metric& metric) { return metric.name == return_metric; }

}  // namespace glia::results
