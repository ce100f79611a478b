// SPDX-License-Identifier: MIT
#pragma once

#include "compile/network.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace glia::compile {

/// For each layer of neurons, the inputs first, the slot in which each neuron stands; slots run
/// from 0 to the widest layer, and those of a narrower layer lie spread among them.
using Slots = std::vector<std::vector<std::int64_t>>;

/// A placement and how it was found.
struct Placement {
  Slots slots;
  std::int64_t reach = 0;  ///< slots that the longest connection spans
  std::string found_by;    ///< "Fiedler, sweeps"
};

/// The longest connection.
std::int64_t reach_of(const DenseNetwork& network, const Slots& slots);

/// Neurons of each layer so ordered that the longest connection is short: reverse Cuthill-McKee
/// and the Fiedler order of the layered graph, sweeps that set each neuron midway between its
/// outermost neighbours, and annealing on the sum of length^4; the best that was seen. A random
/// network is an expander, which no order makes short.
Placement place(const DenseNetwork& network, std::uint64_t seed);

/// A placement cannot get below this: half of the greatest fan-in or fan-out.
std::int64_t least_reach(const DenseNetwork& network);

}  // namespace glia::compile
