// SPDX-License-Identifier: MIT
// Responses as plugins write them, for tests of the engine. Compiled for vectors (see math.hpp).
#pragma once

#include <glia/sdk/activation.hpp>

#include <memory>

namespace wave_test {

/// Softplus with a gain and a shift: p0 ln(1 + exp(x + p1)). Reads its input.
std::shared_ptr<const glia::Activation> gained(glia::CellScope gain, glia::CellScope shift);
/// tanh by its own code: reads its output only.
std::shared_ptr<const glia::Activation> own_tanh();

/// x^p for x > 0, p a parameter of the row: by way of base 2.
std::shared_ptr<const glia::Activation> power(double p);

}  // namespace wave_test
