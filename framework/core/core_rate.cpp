// SPDX-License-Identifier: MIT
#include "core/core_rate.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/core_rate.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace glia::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// `count` times 16 independent fused multiply-adds of one vector each; returns those of a number.
double chain_multiply_adds(std::int64_t count, float* out) {
  const hn::ScalableTag<float> d;
  hn::Vec<decltype(d)> sum[16];
  for (int i = 0; i < 16; ++i) sum[i] = hn::Set(d, 1.0f + 0.001f * static_cast<float>(i));
  const auto a = hn::Set(d, 0.999f), b = hn::Set(d, 0.001f);
  for (std::int64_t k = 0; k < count; ++k) {
    for (int i = 0; i < 16; ++i) sum[i] = hn::MulAdd(sum[i], a, b);
  }
  for (int i = 1; i < 16; ++i) sum[0] = hn::Add(sum[0], sum[i]);
  *out = hn::GetLane(hn::SumOfLanes(d, sum[0]));
  return static_cast<double>(count) * 16 * static_cast<double>(hn::Lanes(d));
}

}  // namespace
}  // namespace glia::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace glia {

HWY_EXPORT(chain_multiply_adds);

double multiply_add_rate() {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  volatile float sink = 0;
  for (int round = 0; round < 20; ++round) {
    float out = 0;
    const auto start = Clock::now();
    const double done = HWY_DYNAMIC_DISPATCH(chain_multiply_adds)(200000, &out);
    best = std::max(best, done / std::chrono::duration<double>(Clock::now() - start).count());
    sink = out;
  }
  (void)sink;
  return best;
}

}  // namespace glia
#endif
