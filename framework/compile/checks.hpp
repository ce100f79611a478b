// SPDX-License-Identifier: MIT
#pragma once

#include "compile/engine.hpp"
#include "compile/proof.hpp"

#include <cstddef>

namespace glia::compile {

/// That every cell hears at most three neighbours: in places, centre over centre, none further
/// than one cell away.
void check_reach(const Engine& engine, Judged& judged);

/// Sends the identity through each layer's rows, `silent` waves before the first one left out of
/// the count: what comes out must be the layer's weights, to the bit if `tolerance` is 0 (any
/// numbers if it is infinite), and with biases and silent inputs the biases.
void check_identity(const Compiled& compiled, const Engine& engine, std::size_t silent,
                    double tolerance, Judged& judged);

/// Bounds what every ReLU is given for inputs within the box: none may cut, but where a layer ends.
void check_intervals(const Compiled& compiled, const Engine& engine, std::size_t silent,
                     Judged& judged);

}  // namespace glia::compile
