// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/graph_plan.hpp"
#include "results/results.hpp"

#include <glia/sdk/parameters.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace glia::train {

/// Damages trained weights again and again, at every level, and tests each time: *noise* adds
/// N(0, level^2) to every weight, *loss* makes each weight zero with probability `level`. Biases
/// stay, and so do fixed weights. Draws are keyed by (seed, node and kind and level, draw).
///
/// `test` gives the accuracy with the parameters as they are; `stop` is asked before each: Error
/// (interrupted). The parameters are as before when it returns or throws. [one thread]
std::vector<results::DamageResult> test_damaged(const config::DamageSpec& spec, std::uint64_t seed,
                                                const std::string& node,
                                                const ParameterSet& parameters,
                                                const graph::StopRequest& stop,
                                                const std::function<double()>& test);

}  // namespace glia::train
