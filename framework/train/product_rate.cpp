// SPDX-License-Identifier: MIT
#include "train/product_rate.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>

namespace glia::train {

double product_rate() {
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t batch = 128, in = 784, out = 400;
  at::set_num_threads(1);
  at::NoGradGuard no_grad;
  const at::Tensor x = at::full({batch, in}, 0.5f), weight = at::full({in, out}, 0.01f);
  at::Tensor y = at::empty({batch, out});
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    const auto start = Clock::now();
    at::mm_out(y, x, weight);
    const std::chrono::duration<double> spent = Clock::now() - start;
    best = std::max(best, static_cast<double>(batch * in * out) / spent.count());
  }
  return best;
}

}  // namespace glia::train
