// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"

#include <glia/sdk/shape.hpp>

#include <optional>

namespace glia::graph {

/// How a network in time goes over a row of such a shape. What does not fit is a problem at the key
/// that says so; nothing then.
std::optional<TimeLayout> time_of(const config::NetworkNode& network, const Shape& in,
                                  Diagnostics& problems);

}  // namespace glia::graph
