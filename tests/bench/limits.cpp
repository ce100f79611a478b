// SPDX-License-Identifier: MIT
#include "limits.hpp"

#include "core/core_rate.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <vector>

#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "limits.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on
#include "wave/activation_kernels-inl.hpp"

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bench::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void exponentials(std::int64_t count, const float* x, float* y) {
  const hn::ScalableTag<float> d;
  for (std::int64_t i = 0; i < count; i += static_cast<std::int64_t>(hn::Lanes(d))) {
    hn::Store(glia::wave::HWY_NAMESPACE::exp_below_zero(d, hn::Load(d, x + i)), d, y + i);
  }
}

/// a = b + c, twice as much read as written.
void triad(std::int64_t count, float* a, const float* b, const float* c) {
  const hn::ScalableTag<float> d;
  for (std::int64_t i = 0; i < count; i += static_cast<std::int64_t>(hn::Lanes(d))) {
    hn::StoreU(hn::Add(hn::LoadU(d, b + i), hn::LoadU(d, c + i)), d, a + i);
  }
}

}  // namespace bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>

namespace bench {

HWY_EXPORT(exponentials);
HWY_EXPORT(triad);

Limits without_core(Limits limits) {
  limits.multiply_adds = limits.exponentials = limits.normals = 0;
  return limits;
}

void measure_core(Limits& limits) {
  constexpr int rounds = 20;
  const auto keep = [](double& rate, double found) { rate = std::max(rate, found); };
  keep(limits.multiply_adds, glia::multiply_add_rate());

  alignas(64) static float x[2048], y[2048];
  for (int i = 0; i < 2048; ++i) x[i] = -0.004f * static_cast<float>(i);
  double seconds = fastest(rounds, [&] {
    for (int k = 0; k < 200; ++k) HWY_DYNAMIC_DISPATCH(exponentials)(2048, x, y);
  });
  keep(limits.exponentials, 2048.0 * 200 / seconds);

  seconds = fastest(rounds, [&] {
    glia::RandomStream random(1, "bench", 0);
    for (int k = 0; k < 100; ++k) random.normal(std::span<float>(y, 2048));
  });
  keep(limits.normals, 2048.0 * 100 / seconds);
}

Limits measure_limits() {
  Limits limits;
  measure_core(limits);

  constexpr std::int64_t large = 1 << 25;  // 128 MiB each
  std::vector<float> a(large, 1.0f), b(large, 2.0f), c(large, 3.0f);
  double seconds = fastest(5, [&] {
    HWY_DYNAMIC_DISPATCH(triad)
    (large, a.data(), b.data(), c.data());
  });
  limits.bandwidth = 3.0 * sizeof(float) * large / seconds;

  const at::Tensor m = at::ones({1024, 1024});
  at::Tensor product = at::mm(m, m);
  seconds = fastest(5, [&] { at::mm_out(product, m, m); });
  limits.sgemm = 1024.0 * 1024 * 1024 / seconds;
  return limits;
}

}  // namespace bench
#endif
