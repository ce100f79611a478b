// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace glia::sweep {

/// `count` points of the axes' ranges: point i gives one value per axis. More points keep the first
/// ones. `method` is "random" or "sobol".
std::vector<std::vector<config::Item>> draw_points(const std::vector<config::Axis>& axes,
                                                   std::int64_t count, const std::string& method,
                                                   std::uint64_t seed);

}  // namespace glia::sweep
