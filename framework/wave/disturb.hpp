// SPDX-License-Identifier: MIT
#pragma once

#include "wave/disturbance.hpp"
#include "wave/kernels.hpp"
#include "wave/op.hpp"

#include <glia/sdk/random.hpp>

#include <cstdint>
#include <span>

namespace glia::wave {

/// What a pass may draw from; DisturbOp::stream chooses one.
struct Draws {
  bool training = false;
  std::span<const RandomStream> streams{};
  std::int64_t tile = 0;  ///< number of the tile in its batch: part of the key of every draw
};

/// Calls each(cell, terms) with the terms that a disturbance makes of the numbers that it draws for
/// each of `cells` cells, for the tile's first `columns` samples. A function of the streams and the
/// tile's number, the same for every backend and however many columns are wanted.
template <class T, class Each>
void draw_cells(const DisturbOp& op, const Draws& draws, std::int64_t cells, std::int64_t columns,
                Each each) {
  constexpr std::int64_t chunks = tile_samples / 64;  // of a cell, see RandomStream::seek
  RandomStream random = draws.streams[op.stream].fork(op.purpose);
  const DisturbanceEntry& entry = *op.entry;
  T all[tile_samples], terms[tile_samples];
  const std::span<T> numbers(all, static_cast<std::size_t>(columns));
  for (std::int64_t c = 0; c < cells; ++c) {
    random.seek(static_cast<std::uint64_t>((draws.tile * cells + c) * chunks));
    switch (entry.numbers) {
      case DisturbanceEntry::Numbers::normal:
        random.normal(numbers);
        break;
      case DisturbanceEntry::Numbers::uniform:
        random.uniform(numbers, T(0), T(1));
        break;
    }
    entry.terms(op.what.level, numbers, terms);
    each(c, static_cast<const T*>(terms));
  }
}

}  // namespace glia::wave
