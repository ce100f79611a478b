// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia::wave {

/// Where the rows of a program lie in memory during a pass, in cells.
///
/// With one segment, every row that the backward pass reads stays in memory. With more, only the
/// rows between segments (and those that are read later still) stay; the backward pass computes each segment
/// anew before it goes through it, in memory that the segments share: less memory, often less time
/// too, since a segment fits a cache that all rows together do not.
struct Schedule {
  struct Segment {
    std::size_t first = 0, last = 0;  ///< ops first .. last - 1
    /// Cells of a strip, if the segment is gone through in strips (StripPass), which keep no more than
    /// `window` cells of a row and `back_window` of its gradient; 0: row by row.
    std::int64_t strip = 0, window = 0, back_window = 0;
  };

  /// Segments hold at most `max_cells` cells each, where single ops allow it. With `strip` those that can
  /// be are gone through in strips of so many cells, if less than half of their cells has to be held at a
  /// time.
  Schedule(const Program& program, std::int64_t max_cells, std::int64_t strip = 0);

  std::vector<Segment> segments;
  std::vector<std::int64_t> row;       ///< of each row after the input: row[i + 1] is of op i
  std::vector<std::int64_t> mask;      ///< of each op that drops cells
  std::vector<std::int64_t> gradient;  ///< of the gradient of each row that is read later; or -1
  std::int64_t windows = 0;            ///< where rows of strips begin,
  std::int64_t back_windows = 0;  ///< and their gradients, in what the backward pass has besides
  std::int64_t cells = 0;         ///< of all rows in memory
  std::int64_t scratch = 0;       ///< of the backward pass besides
};

}  // namespace glia::wave
