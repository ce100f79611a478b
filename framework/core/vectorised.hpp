// SPDX-License-Identifier: MIT
// A loop over numbers in vectors of the best instruction set that the machine has, for code that
// says what happens to number i. Own code rather than Highway, which wants its kernels spelled in
// its own operations and each file compiled once per target: here plain arithmetic stays plain.
#pragma once

#include <cstdint>

namespace glia {
namespace detail {

#if defined(__x86_64__) && defined(__GNUC__)
#define GLIA_VECTOR_LOOP(name, isa)                                                   \
  template <class Body>                                                               \
  __attribute__((target(isa), noinline)) void name(std::int64_t n, const Body body) { \
    _Pragma("GCC ivdep") for (std::int64_t i = 0; i < n; ++i) body(i);                \
  }
GLIA_VECTOR_LOOP(loop_v4, "arch=x86-64-v4")
GLIA_VECTOR_LOOP(loop_v3, "arch=x86-64-v3")
#undef GLIA_VECTOR_LOOP
#endif

}  // namespace detail

/// Calls body(0) ... body(n - 1), several at a time. `body` must be marked GLIA_VECTORISED, touch
/// no number but those of its index, and say std::fma where a product is to be added without
/// rounding it first: files that use this are compiled with -ffp-contract=off, so the bits are the
/// same on every machine.
///
///     vectorised(n, [=](std::int64_t i) GLIA_VECTORISED { y[i] = std::fma(a, x[i], y[i]); });
template <class Body>
void vectorised(std::int64_t n, const Body& body) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma")) {
    return detail::loop_v4(n, body);
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2")) {
    return detail::loop_v3(n, body);
  }
#endif
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

}  // namespace glia

#define GLIA_VECTORISED __attribute__((always_inline))
