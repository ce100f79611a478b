// SPDX-License-Identifier: MIT
#include "stacks.hpp"

#include "lines.hpp"
#include "networks.hpp"
#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"
#include "wave/learner.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace bench {

using namespace glia;

namespace {

/// A training step of one batch: seconds, and the memory that a tile needs.
void scale(const Limits& machine, std::int64_t rows, std::int64_t width, std::int64_t batch,
           std::int64_t max_cells, const char* note) {
  const NetworkUnderTest network = stack(rows, width);
  ParameterSet parameters(1, "bench");
  const wave::Network built(width, network.steps, parameters);
  const train::FlatParameters flat(parameters);
  const at::Tensor &values = flat.values(), &gradient = flat.gradient();
  const auto adam = train::make_optimizer({}, values);
  wave::Learner learner(built.program(), FusedLoss::cross_entropy, train::numbers_of(values),
                        train::numbers_of(gradient), max_cells);
  const std::int64_t tiles = (batch + wave::tile_samples - 1) / wave::tile_samples;
  wave::Memory<float> x(tiles * width * wave::tile_samples, 0.1f);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(tiles * wave::tile_samples), 1);
  const wave::TiledBatch tiled{x.data(), labels.data(), nullptr, batch};
  const double updates = static_cast<double>(rows * width * batch);
  const int rounds = updates > 1e8 ? 2 : updates > 1e6 ? 5 : 50;
  Limits limits = without_core(machine);
  double seconds = 1e9;
  for (int turn = 0; turn < 4; ++turn) {
    measure_core(limits);
    seconds = std::min(seconds, fastest(rounds, [&] {
                         learner.gradients(tiled, {});
                         adam->step(1e-3, gradient, values);
                       }));
  }
  // What binds: the arithmetic of whole tiles (all of it, or without the second forward pass of rows that
  // are computed again), or moving what no cache holds: rows written and read, weights, gradients,
  // moments.
  const double columns = static_cast<double>(tiles * wave::tile_samples);
  const auto& segments = learner.schedule().segments;
  const double again = segments.size() > 1 || segments.front().strip > 0 ? 1 : 0;
  const double once = arithmetic(network, limits, columns, true),
               work = once + again * arithmetic(network, limits, columns, false);
  const double row_bytes = 4.0 * static_cast<double>(learner.schedule().cells * wave::tile_samples);
  const double weight_bytes = 4.0 * static_cast<double>(learner.program().parameter_count());
  constexpr double third_cache = 32 << 20;
  double moved = row_bytes > third_cache ? 2 * row_bytes * static_cast<double>(tiles) : 0;
  if (6 * weight_bytes > third_cache) moved += weight_bytes * (7 + 3 * static_cast<double>(tiles));
  const double moving = moved / limits.bandwidth;
  std::printf("%6lld x %-6lld %7lld %12s %10.3f ns %12.1f MB %9.0f %% %9.0f %%  %s\n",
              static_cast<long long>(rows), static_cast<long long>(width),
              static_cast<long long>(batch), time_text(seconds).c_str(), 1e9 * seconds / updates,
              static_cast<double>(learner.schedule().cells * wave::tile_samples) * 4e-6,
              100 * std::max(work, moving) / seconds, 100 * std::max(once, moving) / seconds, note);
  std::fflush(stdout);
}

}  // namespace

void measure_stacks(const Limits& limits) {
  std::printf(
      "\nStacks of slides with ELU, one training step:\n"
      "  rows x width    batch         step   cell update    rows kept   of limit  computed "
      "once\n");
  constexpr std::int64_t all = std::int64_t{1} << 40;
  for (const std::int64_t rows : {10, 100, 1000}) scale(limits, rows, 20, 128, 0, "");
  for (const std::int64_t width : {20, 128, 1024, 4096}) scale(limits, 10, width, 128, 0, "");
  for (const std::int64_t batch : {1, 16, 128, 1024, 8192}) scale(limits, 10, 20, batch, 0, "");
  scale(limits, 1000, 1024, 128, 0, "recomputed");
  scale(limits, 1000, 1024, 128, all, "all rows kept");
}

}  // namespace bench
