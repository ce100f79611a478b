// SPDX-License-Identifier: MIT
#pragma once

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

/// Whether the backward pass needs what such a disturbance multiplied each cell by.
constexpr bool keeps_mask(Disturbance::Kind kind) {
  switch (kind) {
    case Disturbance::Kind::noise:
      return false;
    case Disturbance::Kind::drop:
      return true;
  }
  return false;
}

/// Whether the disturbance leaves rows as they are.
constexpr bool rests(const Disturbance& what, bool training) {
  switch (what.kind) {
    case Disturbance::Kind::noise:
      return what.level == 0;
    case Disturbance::Kind::drop:
      return what.level == 0 || !training;
  }
  return true;
}

/// Calls each(cell, numbers) with the tile_samples numbers that a disturbance draws for each of
/// `cells` cells: standard normals for noise, uniform numbers in [0, 1) for drop. A function of the
/// streams and the tile's number, the same for every backend.
template <class T, class Each>
void draw_cells(const DisturbOp& op, const Draws& draws, std::int64_t cells, Each each) {
  RandomStream random = draws.streams[op.stream].fork(op.purpose);
  random.seek(static_cast<std::uint64_t>(draws.tile * cells * (tile_samples / 64)));
  T numbers[tile_samples];
  for (std::int64_t c = 0; c < cells; ++c) {
    switch (op.what.kind) {
      case Disturbance::Kind::noise:
        random.normal(std::span<T>(numbers));
        break;
      case Disturbance::Kind::drop:
        random.uniform(std::span<T>(numbers), T(0), T(1));
        break;
    }
    each(c, static_cast<const T*>(numbers));
  }
}

}  // namespace glia::wave
