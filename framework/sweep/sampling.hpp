// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace glia::sweep {

/// The value at `part` of the way through the range, `part` in [0, 1).
config::Item value_at(const config::SampledRange& range, double part, const Source& source);

/// On [0, 1), from a stream of its own for each name.
double uniform_part(std::uint64_t seed, const std::string& stream, std::uint64_t number);

/// `count` points of the axes' ranges: point i gives one value per axis. More points keep the first
/// ones. `method` is "random" or "sobol".
std::vector<std::vector<config::Item>> draw_points(const std::vector<config::Axis>& axes,
                                                   std::int64_t count, const std::string& method,
                                                   std::uint64_t seed);

}  // namespace glia::sweep
