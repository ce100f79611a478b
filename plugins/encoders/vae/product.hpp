// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace vae {

/// A matrix in memory of others, row by row.
struct Matrix {
  const float* data = nullptr;
  std::int64_t rows = 0, columns = 0;
  std::int64_t stride = 0;  ///< from row to row, in numbers
  bool transposed = false;

  Matrix t() const { return {data, rows, columns, stride, !transposed}; }
};

/// out = a b on this thread, out's rows `stride` apart; out must overlap neither. The same
/// arguments give the same bits on the same processor, whatever other threads do. [thread-safe]
void product(const Matrix& a, const Matrix& b, float* out, std::int64_t stride);

}  // namespace vae
