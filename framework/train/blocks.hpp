// SPDX-License-Identifier: MIT
#pragma once

#include "core/tiny_as_zero.hpp"

#include <glia/sdk/parallel.hpp>

#include <algorithm>
#include <cstdint>

namespace glia::train {

/// Calls body(first, count) for stretches of n numbers, over the threads of the run where there are
/// enough to be worth waking one up. The stretches are the same whatever the threads.
/// Numbers too small to matter are zero in it.
template <class Body>
void in_blocks(std::int64_t n, const Body& body) {
  constexpr std::int64_t block = 1 << 15;
  const std::int64_t blocks = (n + block - 1) / block;
  const auto one = [&](std::int64_t i) {
    const TinyAsZero mode;  // of the thread that runs it
    body(i * block, std::min(block, n - i * block));
  };
  if (blocks > 4) {
    parallel(blocks, one);
  } else {
    for (std::int64_t i = 0; i < blocks; ++i) one(i);
  }
}

}  // namespace glia::train
