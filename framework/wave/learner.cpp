// SPDX-License-Identifier: MIT
#include "wave/learner.hpp"

#include "core/tiny_as_zero.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace glia::wave {
namespace {

/// Measured by tests/bench: rows that the second cache does not hold (128 samples, 4 bytes: 4 MB) train
/// faster when they are computed again in segments that it does hold (0.5 MB), with rows between them
/// and weights beside them. Of wide rows a segment must be several, or as much is kept as is computed.
constexpr std::int64_t kept_cells = 8192, kept_rows = 16;
constexpr std::int64_t segment_cells = 1024, segment_rows = 8;

/// Measured by the same: wide rows that 8 MB do not hold train faster in strips, of which 16 rows and their
/// gradients lie in the second cache together. Narrower ones (512) are not faster.
constexpr std::int64_t wide_row = 768, kept_wide_cells = 16384;
constexpr std::int64_t strip_cells = 64, strip_rows = 16;

Schedule schedule_for(const Program& program, std::int64_t max_cells) {
  if (max_cells > 0) return Schedule(program, max_cells);
  Schedule all(program, std::numeric_limits<std::int64_t>::max());
  const std::int64_t widest = program.widest();
  if (widest >= wide_row && all.cells > kept_wide_cells) {
    Schedule strips(program, strip_rows * widest, strip_cells);
    const auto in_strips =
        std::ranges::count_if(strips.segments, [](const auto& s) { return s.strip > 0; });
    if (2 * static_cast<std::size_t>(in_strips) >= strips.segments.size()) return strips;
  }
  if (all.cells <= std::max(kept_cells, kept_rows * widest)) return all;
  return Schedule(program, std::max(segment_cells, segment_rows * widest));
}

/// The first `stride` columns of each cell's tile_samples.
const float* close_together(const float* tile, std::int64_t stride, const Memory<float>& to) {
  for (std::int64_t c = 0; c < to.size() / tile_samples; ++c) {
    std::copy_n(tile + c * tile_samples, stride, to.data() + c * stride);
  }
  return to.data();
}

}  // namespace

TileMemory::TileMemory(const Program& program, const Schedule& schedule, bool backward)
    : rows_(schedule.cells * tile_samples, 0.0f),
      scratch_(backward ? schedule.scratch * tile_samples : 0, 0.0f),
      gradient_(backward ? program.out() * tile_samples : 0, 0.0f),
      inputs_(program.in() * tile_samples),
      values_(backward ? program.out() * tile_samples : 0) {}

Tile<float> TileMemory::tile(const Program& program, const Schedule& schedule,
                             std::int64_t stride) const {
  return Tile<float>(program, schedule, stride, rows_.data(), scratch_.data());
}

const float* TileMemory::inputs(const float* tile, std::int64_t stride) const {
  return stride == tile_samples ? tile : close_together(tile, stride, inputs_);
}

const float* TileMemory::values(const float* tile, std::int64_t stride) const {
  return stride == tile_samples ? tile : close_together(tile, stride, values_);
}

Learner::Learner(std::shared_ptr<const Program> program, FusedLoss loss,
                 std::span<float> parameters, std::span<float> gradient, std::int64_t max_cells,
                 std::vector<double> shares)
    : own_(parameters.empty() ? 2 * program->parameter_count() : 0, 0.0f),
      program_(std::move(program)),
      loss_(loss),
      shares_(std::move(shares)),
      schedule_(schedule_for(*program_, max_cells)),
      memory_(*program_, schedule_, true),
      parameters_(parameters),
      weights_(*program_),
      gradients_(*program_,
                 parameters.empty() ? own_.data() + program_->parameter_count() : gradient.data()) {
  if (loss == FusedLoss::none) throw Error(ErrorCode::internal, "a learner needs a fused loss");
  if (parameters.empty()) {
    parameters_ = {own_.data(), static_cast<std::size_t>(program_->parameter_count())};
  }
}

Learner::Learner(std::shared_ptr<const Program> program, FusedLoss loss, std::int64_t max_cells)
    : Learner(std::move(program), loss, {}, {}, max_cells) {}

/// Part by part of the last row.
double Learner::cross_entropy(std::int64_t stride, std::int64_t samples, const float* y,
                              const std::int32_t* labels, float scale) {
  const auto cells = program_->out() / static_cast<std::int64_t>(shares_.size());
  std::int64_t first = 0;
  double sum = 0;
  for (const double share : shares_) {
    sum += share * kernels<float>().cross_entropy(cells, stride, samples, y + first, labels,
                                                  scale * static_cast<float>(share),
                                                  memory_.gradient() + first, nullptr);
    first += cells * stride;
  }
  return sum;
}

double Learner::gradients(const TiledBatch& batch, std::span<const RandomStream> streams) {
  const TinyAsZero mode;
  weights_.prepare(parameters_.data());
  gradients_.clear();
  const std::int64_t out = program_->out();
  const bool classes = loss_ == FusedLoss::cross_entropy;
  const auto count = static_cast<double>(classes ? batch.samples : batch.samples * out);
  const auto scale = static_cast<float>(1 / count);
  double sum = 0;
  for (std::int64_t t = 0; t < batch.tiles(); ++t) {
    const Draws draws{true, streams, t};
    const std::int64_t samples = std::min(tile_samples, batch.samples - t * tile_samples);
    const std::int64_t stride = stride_for<float>(samples);
    const float* x = memory_.inputs(batch.rows + t * program_->in() * tile_samples, stride);
    Tile<float> tile = memory_.tile(*program_, schedule_, stride);
    const float* y = tile.forward(weights_, x, draws);
    if (classes) {
      sum += cross_entropy(stride, samples, y, batch.labels + t * tile_samples, scale);
    } else {
      sum += kernels<float>().squared_error(
                 out, stride, samples, y,
                 memory_.values(batch.values + t * out * tile_samples, stride), scale,
                 memory_.gradient()) /
             static_cast<double>(out);
    }
    tile.backward(weights_, x, draws, memory_.gradient(), gradients_, nullptr);
  }
  gradients_.unfold(parameters_.data());
  return sum;
}

Scorer::Scorer(std::shared_ptr<const Program> program, std::span<const float> parameters)
    : program_(std::move(program)),
      schedule_(schedule_for(*program_, 0)),
      parameters_(static_cast<std::int64_t>(parameters.size())),
      weights_(*program_) {
  std::copy(parameters.begin(), parameters.end(), parameters_.data());
  weights_.prepare(parameters_.data());
}

const float* Scorer::forward(const float* rows, std::int64_t number, std::int64_t samples,
                             std::span<const RandomStream> streams,
                             const TileMemory& memory) const {
  const TinyAsZero mode;
  const std::int64_t stride = stride_for<float>(samples);
  return memory.tile(*program_, schedule_, stride)
      .forward(weights_, memory.inputs(rows, stride), {false, streams, number});
}

Score Scorer::classify(const TiledBatch& batch, std::span<const RandomStream> streams,
                       const TileMemory& memory) const {
  Score score{0, 0, std::numeric_limits<std::int32_t>::max(), -1};
  for (std::int64_t t = 0; t < batch.tiles(); ++t) {
    const std::int64_t samples = std::min(tile_samples, batch.samples - t * tile_samples);
    const float* rows = batch.rows + t * program_->in() * tile_samples;
    const float* y = forward(rows, t, samples, streams, memory);
    const std::int32_t* labels = batch.labels + t * tile_samples;
    std::int32_t best[tile_samples];
    score.loss += kernels<float>().cross_entropy(program_->out(), stride_for<float>(samples),
                                                 samples, y, labels, 0, nullptr, best);
    for (std::int64_t b = 0; b < samples; ++b) {
      score.correct += best[b] == labels[b];
      score.lowest = std::min(score.lowest, best[b]);
      score.highest = std::max(score.highest, best[b]);
    }
  }
  return score;
}

}  // namespace glia::wave
