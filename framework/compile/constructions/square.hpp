// SPDX-License-Identifier: MIT
#pragma once

#include "compile/lattice.hpp"

#include <cstdint>

namespace glia::compile {

/// x^2 in three cells round `centre`: [r2, r1, sum] with g_s = r1 the sawtooth of 2^s teeth,
/// x^2 = x - sum_s g_s / 4^s. Cells that hear x of the cell at `from`.
void square_starts(LatticeRow& row, std::int64_t centre, std::int64_t from);
/// Step s, from 1: the next sawtooth, while the sum takes up the one before it.
void square_step(LatticeRow& row, std::int64_t centre, std::int64_t step);
/// The sum with the last of `steps` sawtooths, at `centre`.
void square_ends(LatticeRow& row, std::int64_t centre, std::int64_t steps);

}  // namespace glia::compile
