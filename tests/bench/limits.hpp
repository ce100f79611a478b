// SPDX-License-Identifier: MIT
// What this machine can do on one core, measured just now: the yardstick of the other benchmarks.
#pragma once

#include <cstdint>

namespace bench {

struct Limits {
  double multiply_adds = 0;  ///< float32 fused multiply-adds a second, all operands in registers
  double exponentials = 0;   ///< float32 exponentials a second, from and to the first cache
  double normals = 0;        ///< standard normals a second, to the first cache
  double bandwidth = 0;      ///< bytes a second, read and written, of arrays that no cache holds
  double sgemm = 0;          ///< multiply-adds a second of LibTorch's product of 1024 x 1024
};

Limits measure_limits();

/// Measures multiply-adds, exponentials and normals once more and keeps the better rates: for a
/// measurement beside it, round by round, of a machine whose clock drifts. Some 10 ms.
void measure_core(Limits& limits);
/// What is not the core's, for measure_core to add to.
Limits without_core(Limits limits);

/// Seconds of the fastest of `rounds` calls.
template <class F>
double fastest(int rounds, F call);

}  // namespace bench

#include <algorithm>
#include <chrono>
#include <limits>

template <class F>
double bench::fastest(int rounds, F call) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}
