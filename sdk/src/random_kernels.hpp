// SPDX-License-Identifier: MIT
// The vector arithmetic behind RandomStream. The best instruction set of the machine is chosen at
// run time (Highway); the integers are the same on all of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace glia::random_kernels {

/// Numbers in a chunk: 16 blocks of Philox, word w of block b at 16 w + b.
inline constexpr std::size_t chunk = 64;

/// The raw words of the chunk whose first block is `counter`.
void words(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::uint32_t* out);

/// `chunks` chunks of standard normals (Box-Muller on the words of each block).
void normals(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::size_t chunks,
             float* out);

/// Fills `out` with P(first), P(first + 1), ... for a permutation P of 0 .. n - 1, n <= 2^32 - 1.
///
/// P is a keyed bijection of the smallest 2^k >= n (six rounds of odd multiplication, addition
/// and xor-shift), applied again while it lands beyond n (cycle walking): no table, any part of
/// the order at any time.
void permute(const std::uint32_t (&key)[12], std::uint32_t n, std::uint32_t first,
             std::size_t count, std::uint32_t* out);

}  // namespace glia::random_kernels
