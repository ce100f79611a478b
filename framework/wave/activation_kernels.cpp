// SPDX-License-Identifier: MIT
#include "wave/kernels.hpp"

#include <algorithm>
#include <cmath>

namespace glia::wave {
namespace {

/// Softmax over the cells of each sample. Works on blocks of samples that stay in the first cache.
template <class T>
void softmax(std::int64_t cells, std::int64_t batch, const T* x, T* y) {
  constexpr std::int64_t block = 64;
  T top[block], total[block];
  for (std::int64_t b0 = 0; b0 < batch; b0 += block) {
    const std::int64_t n = std::min(block, batch - b0);
    std::copy_n(x + b0, n, top);
    for (std::int64_t c = 1; c < cells; ++c) {
      for (std::int64_t b = 0; b < n; ++b) top[b] = std::max(top[b], x[c * batch + b0 + b]);
    }
    std::fill_n(total, n, T(0));
    for (std::int64_t c = 0; c < cells; ++c) {
      for (std::int64_t b = 0; b < n; ++b) {
        const T e = std::exp(x[c * batch + b0 + b] - top[b]);
        y[c * batch + b0 + b] = e;
        total[b] += e;
      }
    }
    for (std::int64_t c = 0; c < cells; ++c) {
      for (std::int64_t b = 0; b < n; ++b) y[c * batch + b0 + b] /= total[b];
    }
  }
}

template <class T>
void softmax_backward(std::int64_t cells, std::int64_t batch, const T* y, const T* dy, T* dx) {
  constexpr std::int64_t block = 64;
  T inner[block];
  for (std::int64_t b0 = 0; b0 < batch; b0 += block) {
    const std::int64_t n = std::min(block, batch - b0);
    std::fill_n(inner, n, T(0));
    for (std::int64_t c = 0; c < cells; ++c) {
      const std::int64_t at = c * batch + b0;
      for (std::int64_t b = 0; b < n; ++b) inner[b] += dy[at + b] * y[at + b];
    }
    for (std::int64_t c = 0; c < cells; ++c) {
      const std::int64_t at = c * batch + b0;
      for (std::int64_t b = 0; b < n; ++b) dx[at + b] = y[at + b] * (dy[at + b] - inner[b]);
    }
  }
}

}  // namespace

template <class T>
void activate(Activation activation, std::int64_t cells, std::int64_t batch, const T* x, T* y) {
  const std::int64_t n = cells * batch;
  switch (activation) {
    case Activation::identity:
      std::copy_n(x, n, y);
      break;
    case Activation::softmax:
      softmax(cells, batch, x, y);
      break;
    case Activation::tanh:
      for (std::int64_t i = 0; i < n; ++i) y[i] = std::tanh(x[i]);
      break;
    case Activation::elu:
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] > 0 ? x[i] : std::expm1(x[i]);
      break;
    case Activation::relu:
      // Not max(0, x): a NaN must travel on, or a diverged run would look like a healthy one.
      for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] < 0 ? T(0) : x[i];
      break;
    case Activation::sigmoid:
      for (std::int64_t i = 0; i < n; ++i) y[i] = T(1) / (T(1) + std::exp(-x[i]));
      break;
  }
}

template <class T>
void activate_backward(Activation activation, std::int64_t cells, std::int64_t batch, const T* y,
                       const T* dy, T* dx) {
  const std::int64_t n = cells * batch;
  switch (activation) {
    case Activation::identity:
      if (dx != dy) std::copy_n(dy, n, dx);
      break;
    case Activation::softmax:
      softmax_backward(cells, batch, y, dy, dx);
      break;
    case Activation::tanh:
      for (std::int64_t i = 0; i < n; ++i) dx[i] = dy[i] * (T(1) - y[i] * y[i]);
      break;
    case Activation::elu:
      for (std::int64_t i = 0; i < n; ++i) dx[i] = y[i] > 0 ? dy[i] : dy[i] * (y[i] + T(1));
      break;
    case Activation::relu:
      for (std::int64_t i = 0; i < n; ++i) dx[i] = y[i] > 0 ? dy[i] : T(0);
      break;
    case Activation::sigmoid:
      for (std::int64_t i = 0; i < n; ++i) dx[i] = dy[i] * y[i] * (T(1) - y[i]);
      break;
  }
}

#define GLIA_INSTANTIATE(T)                                                                      \
  template void activate<T>(Activation, std::int64_t, std::int64_t, const T*, T*);               \
  template void activate_backward<T>(Activation, std::int64_t, std::int64_t, const T*, const T*, \
                                     T*);
GLIA_INSTANTIATE(float)
GLIA_INSTANTIATE(double)
#undef GLIA_INSTANTIATE

}  // namespace glia::wave
