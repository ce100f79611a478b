// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <cstdint>

namespace glia::wave {

/// The program, and behind it `outputs` neurons that read each of the `states` equal parts of its last
/// row, the same ones for all: [states * outputs]. Their weights [outputs, cells of a part] and biases
/// [outputs] come last among the parameters.
Program read_out(const Program& program, std::int64_t states, std::int64_t outputs);

}  // namespace glia::wave
