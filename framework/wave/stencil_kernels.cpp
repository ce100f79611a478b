// SPDX-License-Identifier: MIT
#include "wave/kernels.hpp"

#include <algorithm>
#include <cstddef>

namespace glia::wave {
namespace {

constexpr std::int64_t lanes = 16;

template <class T>
T sum_lanes(const T (&lane)[lanes]) {
  T total = 0;
  for (const T v : lane) total += v;
  return total;
}

template <class T>
T dot(const T* a, const T* b, std::int64_t n) {
  T lane[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::int64_t l = 0; l < lanes; ++l) lane[l] += a[i + l] * b[i + l];
  }
  for (std::int64_t l = 0; i < n; ++i, ++l) lane[l] += a[i] * b[i];
  return sum_lanes(lane);
}

template <class T>
T sum(const T* a, std::int64_t n) {
  T lane[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::int64_t l = 0; l < lanes; ++l) lane[l] += a[i + l];
  }
  for (std::int64_t l = 0; i < n; ++i, ++l) lane[l] += a[i];
  return sum_lanes(lane);
}

}  // namespace

template <class T>
void stencil_forward(const Stencil& s, std::int64_t batch, const T* x, const T* weight,
                     const T* bias, T* y) {
  for (std::int64_t j = 0; j < s.out; ++j) {
    T* yj = y + j * batch;
    const T start = bias ? bias[j] : T(0);
    const std::int32_t begin = s.first[static_cast<std::size_t>(j)];
    const std::int32_t end = s.first[static_cast<std::size_t>(j) + 1];
    const std::int32_t* k = s.taps.data() + begin;
    const T* w = weight + begin;
    if (end - begin == 3) {  // the usual cell: one pass over the batch
      const T *x0 = x + k[0] * batch, *x1 = x + k[1] * batch, *x2 = x + k[2] * batch;
      const T w0 = w[0], w1 = w[1], w2 = w[2];
      for (std::int64_t b = 0; b < batch; ++b) {
        yj[b] = start + w0 * x0[b] + w1 * x1[b] + w2 * x2[b];
      }
      continue;
    }
    std::fill_n(yj, batch, start);
    for (std::int32_t t = 0; t < end - begin; ++t) {
      const T* xk = x + k[t] * batch;
      for (std::int64_t b = 0; b < batch; ++b) yj[b] += w[t] * xk[b];
    }
  }
}

template <class T>
void stencil_backward(const Stencil& s, std::int64_t batch, const T* x, const T* weight,
                      const T* dy, T* dx, T* dweight, T* dbias) {
  if (dx) std::fill_n(dx, s.in * batch, T(0));
  for (std::int64_t j = 0; j < s.out; ++j) {
    const T* dyj = dy + j * batch;
    if (dbias) dbias[j] = sum(dyj, batch);
    for (std::int32_t t = s.first[static_cast<std::size_t>(j)];
         t < s.first[static_cast<std::size_t>(j) + 1]; ++t) {
      const std::int64_t k = s.taps[static_cast<std::size_t>(t)];
      if (dweight) dweight[t] = dot(dyj, x + k * batch, batch);
      if (!dx) continue;
      T* dxk = dx + k * batch;
      const T w = weight[t];
      for (std::int64_t b = 0; b < batch; ++b) dxk[b] += w * dyj[b];
    }
  }
}

#define GLIA_INSTANTIATE(T)                                                                     \
  template void stencil_forward<T>(const Stencil&, std::int64_t, const T*, const T*, const T*,  \
                                   T*);                                                         \
  template void stencil_backward<T>(const Stencil&, std::int64_t, const T*, const T*, const T*, \
                                    T*, T*, T*);
GLIA_INSTANTIATE(float)
GLIA_INSTANTIATE(double)
#undef GLIA_INSTANTIATE

}  // namespace glia::wave
