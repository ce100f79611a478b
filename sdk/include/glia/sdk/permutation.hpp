// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/random.hpp>

#include <cstdint>
#include <span>

namespace glia {

/// A random order of 0 .. n-1 that is computed, not stored: position by position, any part at any
/// time, in no memory. [immutable, thread-safe]
class GLIA_API Permutation {
 public:
  /// n < 2^32. The key is drawn from `stream`.
  Permutation(std::uint32_t n, RandomStream stream);

  std::uint32_t size() const { return n_; }
  /// The numbers at positions first, first + 1, ... of the order; first + out.size() <= n.
  void read(std::uint32_t first, std::span<std::uint32_t> out) const;

 private:
  std::uint32_t n_;
  std::uint32_t key_[12] = {};
};

}  // namespace glia
