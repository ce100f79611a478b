// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/dataset.hpp>

#include <cstdint>

namespace glia::graph {

inline constexpr std::int64_t most_cells = 1'000'000;         ///< of one row
inline constexpr std::int64_t most_cells_of_all = 4'000'000;  ///< of all rows of a pipeline
inline constexpr std::int64_t least_row = 40;  ///< cells that a row costs at least, as a layer does
inline constexpr std::int64_t most_rows_of_all = most_cells_of_all / least_row;
inline constexpr std::int64_t most_dense_taps = 100'000'000;  ///< of all its dense layers

/// What a pipeline file may ask of whoever only checks it: a bit of text must not cost minutes or
/// gigabytes. One per check of a file. [one thread]
class CellBudget {
 public:
  /// Error (shape) if a row of so many cells is no row, or one too many.
  void spend(std::int64_t cells);
  /// The same for a layer in which each of `out` cells may hear each of `in`.
  void spend_dense(std::int64_t in, std::int64_t out);

 private:
  std::int64_t spent_ = 0, taps_ = 0;
};

/// Error (internal) if what a data set says of its samples cannot be: no extents, more numbers than
/// a machine holds, neither labels nor values, or names for other classes than there are.
void check_spec(const SampleSpec& spec);

/// Error (shape) if the row that an encoder says that it makes cannot be.
void check_width(std::int64_t cells);

}  // namespace glia::graph
