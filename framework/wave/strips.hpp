// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace glia::wave {

/// Consecutive cells of a row.
struct Cells {
  std::int64_t begin = 0, end = 0;

  std::int64_t count() const { return end - begin; }
};

/// The stencils of a segment. Row r is heard by step r; row `steps` is what the last one makes.
struct Chain {
  static constexpr std::size_t most_steps = 32;

  /// Of ops first .. last - 1. Empty where there is anything between the stencils that they do not apply
  /// themselves, where a row between them is read later, and where they are more than most_steps.
  Chain(const Program& program, std::size_t first, std::size_t last);

  std::int64_t width(std::size_t row) const {
    return row == 0 ? wiring[0]->in : wiring[row - 1]->out;
  }

  std::size_t steps = 0;
  std::array<std::size_t, most_steps> op{};
  std::array<const Wiring*, most_steps> wiring{};
};

/// Goes through a chain in strips of some cells of all its rows, so that what a strip computes is read
/// again while it is in a cache, however wide the rows are. Each row is as far ahead of the one that is
/// wanted as the steps between them reach; no cell is computed twice. [immutable chain; one pass at a time]
class StripWalk {
 public:
  /// forward: the last row is wanted. back: the gradient of the first row, for which the rows between are
  /// computed too.
  enum class Way { forward, back };

  StripWalk(const Chain& chain, std::int64_t strip, Way way);

  /// On to the next strip (at first: the first one). False: there is none.
  bool next();

  /// What the strip computes of row r, and of the gradient of row r.
  Cells row(std::size_t r) const { return {rows_[r].done, rows_[r].to}; }
  Cells gradient(std::size_t r) const { return {gradients_[r].done, gradients_[r].to}; }
  /// The first cell of each that this strip or a later one reads, or that this one computes.
  std::int64_t lowest_of_row(std::size_t r) const { return rows_[r].low; }
  std::int64_t lowest_of_gradient(std::size_t r) const { return gradients_[r].low; }

 private:
  struct Front {
    std::int64_t low = 0, done = 0, to = 0;
  };
  using Fronts = std::array<Front, Chain::most_steps + 1>;

  void leave_behind();
  void go_forward(bool last);
  void go_back(bool last);

  const Chain& chain_;
  std::int64_t strip_;
  Way way_;
  Fronts rows_, gradients_;
};

/// The most cells of a row, and of a gradient, that a pass there and back holds at once.
struct StripWindows {
  std::int64_t row = 0, gradient = 0;

  StripWindows(const Chain& chain, std::int64_t strip);
};

}  // namespace glia::wave
