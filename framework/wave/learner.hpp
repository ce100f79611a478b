// SPDX-License-Identifier: MIT
#pragma once

#include "wave/tile.hpp"

#include <glia/sdk/head.hpp>
#include <glia/sdk/random.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace glia::wave {

/// A batch in tiles of tile_samples samples: rows [tiles][in][tile_samples], finite also beyond the
/// last sample, and labels [samples] or values [tiles][out][tile_samples], as the loss wants. Rows
/// and values lie at multiples of 64 bytes (see Memory).
struct TiledBatch {
  const float* rows = nullptr;
  const std::int32_t* labels = nullptr;
  const float* values = nullptr;
  std::int64_t samples = 0;

  std::int64_t tiles() const { return (samples + tile_samples - 1) / tile_samples; }
};

/// Memory of one pass over a tile.
class TileMemory {
 public:
  TileMemory(const Program& program, const Schedule& schedule, bool backward);
  Tile<float> tile(const Program& program, const Schedule& schedule,
                   std::int64_t stride = tile_samples) const;
  float* gradient() const { return gradient_.data(); }
  /// The first `stride` columns of a tile's inputs, or of the values that it is to give, close
  /// together. [one pass at a time]
  const float* inputs(const float* tile, std::int64_t stride) const;
  const float* values(const float* tile, std::int64_t stride) const;

 private:
  Memory<float> rows_, scratch_, gradient_, inputs_, values_;
};

/// The loss of a program on a batch and its gradient: forward, loss and backward in one go, without
/// autograd and without allocating. A tile that is not full costs the vectors that it holds, with
/// the numbers of a full one. [one batch at a time]
class Learner {
 public:
  /// `max_cells`: rows that a tile keeps at a time (see Schedule); 0: as measured to be fastest.
  Learner(std::shared_ptr<const Program> program, FusedLoss loss, std::int64_t max_cells = 0);
  /// The same with flat parameters and gradient that somebody else holds, and who outlives it. With
  /// `shares` the last row is as many equal parts: the loss, a cross-entropy then, is the sum of share
  /// times that of each.
  Learner(std::shared_ptr<const Program> program, FusedLoss loss, std::span<float> parameters,
          std::span<float> gradient, std::int64_t max_cells = 0, std::vector<double> shares = {1});

  const Program& program() const { return *program_; }
  const Schedule& schedule() const { return schedule_; }

  std::span<float> parameters() { return parameters_; }

  /// Loss summed over the batch, and the gradient of its mean over the batch.
  double gradients(const TiledBatch& batch, std::span<const RandomStream> streams);
  /// The gradient found last, in the order of the flat parameters.
  const float* gradient() const { return gradients_.data(); }

 private:
  double cross_entropy(std::int64_t stride, std::int64_t samples, const float* y,
                       const std::int32_t* labels, float scale);

  Memory<float> own_;  // parameters and gradient, unless somebody else holds them
  std::shared_ptr<const Program> program_;
  FusedLoss loss_;
  std::vector<double> shares_;
  Schedule schedule_;
  TileMemory memory_;
  std::span<float> parameters_;
  Weights<float> weights_;
  Gradients<float> gradients_;
};

/// What a test found, summed over samples.
struct Score {
  double loss = 0;
  std::int64_t correct = 0;
  std::int32_t lowest = 0, highest = 0;  ///< classes given
};

/// Runs a program with fixed weights. [const, thread-safe: the caller brings the memory]
class Scorer {
 public:
  Scorer(std::shared_ptr<const Program> program, std::span<const float> parameters);

  const Program& program() const { return *program_; }
  TileMemory make_memory() const { return TileMemory(*program_, schedule_, false); }

  /// The last row [out][stride_for<float>(samples)] of tile `number`, of whose columns `samples` hold
  /// samples, until the next call with this memory.
  const float* forward(const float* rows, std::int64_t number, std::int64_t samples,
                       std::span<const RandomStream> streams, const TileMemory& memory) const;

  /// Cross-entropy and right answers of a batch.
  Score classify(const TiledBatch& batch, std::span<const RandomStream> streams,
                 const TileMemory& memory) const;

 private:
  std::shared_ptr<const Program> program_;
  Schedule schedule_;
  Memory<float> parameters_;
  Weights<float> weights_;
};

}  // namespace glia::wave
