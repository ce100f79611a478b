// SPDX-License-Identifier: MIT
#include "kernels.hpp"

#include <algorithm>
#include <cstddef>

#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vae::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

std::int64_t width() { return static_cast<std::int64_t>(hn::Lanes(D())); }

/// out[c .. c + U vectors) = start + sum over entries e of value[e] * rows[index[e]]: the sums stay
/// in registers, and the columns of `rows` that are in use stay in the cache.
template <int U>
HWY_INLINE void weigh_rows(std::int32_t begin, std::int32_t end, const std::int32_t* index,
                           const float* value, const float* HWY_RESTRICT rows, std::int64_t stride,
                           const float* start, bool relu, float* HWY_RESTRICT out) {
  const D d;
  const std::int64_t n = width();
  V sum[U];
  for (int u = 0; u < U; ++u) sum[u] = start ? hn::LoadU(d, start + u * n) : hn::Zero(d);
  for (std::int32_t e = begin; e < end; ++e) {
    const V w = hn::Set(d, value[e]);
    const float* HWY_RESTRICT row = rows + index[e] * stride;
    for (int u = 0; u < U; ++u) sum[u] = hn::MulAdd(w, hn::LoadU(d, row + u * n), sum[u]);
  }
  for (int u = 0; u < U; ++u) {
    if (relu) sum[u] = hn::IfThenElse(hn::Lt(sum[u], hn::Zero(d)), hn::Zero(d), sum[u]);
    hn::StoreU(sum[u], d, out + u * n);
  }
}

/// For every row i of `out`: start + sum over its entries, 8 vectors of columns at a time.
void weigh_all(std::int64_t count, const std::int32_t* first, const std::int32_t* index,
               const float* value, const float* rows, std::int64_t stride, const float* start,
               bool relu, float* out) {
  constexpr int U = 8;
  const std::int64_t n = width();
  std::int64_t c = 0;
  for (; c + U * n <= stride; c += U * n) {
    for (std::int64_t i = 0; i < count; ++i) {
      weigh_rows<U>(first[i], first[i + 1], index, value, rows + c, stride,
                    start ? start + c : nullptr, relu, out + i * stride + c);
    }
  }
  for (; c + n <= stride; c += n) {
    for (std::int64_t i = 0; i < count; ++i) {
      weigh_rows<1>(first[i], first[i + 1], index, value, rows + c, stride,
                    start ? start + c : nullptr, relu, out + i * stride + c);
    }
  }
  for (; c < stride; ++c) {
    for (std::int64_t i = 0; i < count; ++i) {
      float sum = start ? start[c] : 0;
      for (std::int32_t e = first[i]; e < first[i + 1]; ++e)
        sum += value[e] * rows[index[e] * stride + c];
      out[i * stride + c] = relu && sum < 0 ? 0 : sum;
    }
  }
}

void add_bias_relu(std::int64_t batch, std::int64_t n, const float* bias, float* y) {
  const D d;
  for (std::int64_t b = 0; b < batch; ++b, y += n) {
    std::int64_t c = 0;
    for (; c + width() <= n; c += width()) {
      const V v = hn::Add(hn::LoadU(d, y + c), hn::LoadU(d, bias + c));
      hn::StoreU(hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Zero(d), v), d, y + c);
    }
    for (; c < n; ++c) y[c] = y[c] + bias[c] < 0 ? 0 : y[c] + bias[c];
  }
}

void relu_backward(std::int64_t batch, std::int64_t n, const float* y, float* dy, float* sums) {
  const D d;
  std::fill_n(sums, n, 0.0f);
  for (std::int64_t b = 0; b < batch; ++b, y += n, dy += n) {
    std::int64_t c = 0;
    for (; c + width() <= n; c += width()) {
      const V v = hn::LoadU(d, y + c);
      // Where y is NaN the gradient must not be zero, or a diverged run would look healthy.
      const V g = hn::IfThenElse(hn::Eq(v, hn::Zero(d)), hn::Zero(d), hn::LoadU(d, dy + c));
      hn::StoreU(g, d, dy + c);
      hn::StoreU(hn::Add(hn::LoadU(d, sums + c), g), d, sums + c);
    }
    for (; c < n; ++c) {
      if (y[c] == 0) dy[c] = 0;
      sums[c] += dy[c];
    }
  }
}

/// softplus(l) - x l with l = logit + bias; logit becomes sigmoid(l) - x.
HWY_INLINE V entropy_of(V x, V bias, V& logit) {
  const D d;
  const V l = hn::Add(logit, bias), one = hn::Set(d, 1.0f);
  const V e = hn::Exp(d, hn::Neg(hn::Abs(l)));
  const V inverse = hn::Div(one, hn::Add(one, e));
  const V sigmoid = hn::IfThenElse(hn::Lt(l, hn::Zero(d)), hn::Mul(e, inverse), inverse);
  logit = hn::Sub(sigmoid, x);
  // log(1 + e) as -log of the inverse: e is in [0, 1], so nothing is lost that a sum would keep.
  // Where l is NaN, Highway's Exp gives 0: the product with l keeps it.
  const V softplus = hn::Sub(hn::Max(l, hn::Zero(d)), hn::Log(d, inverse));
  return hn::NegMulAdd(x, l, softplus);
}

double cross_entropy(std::int64_t batch, std::int64_t n, const float* x, const float* bias,
                     float* logits, float* sums) {
  const D d;
  std::fill_n(sums, n, 0.0f);
  double total = 0;
  for (std::int64_t b = 0; b < batch; ++b, x += n, logits += n) {
    V row = hn::Zero(d);
    std::int64_t c = 0;
    for (; c + width() <= n; c += width()) {
      V g = hn::LoadU(d, logits + c);
      row = hn::Add(row, entropy_of(hn::LoadU(d, x + c), hn::LoadU(d, bias + c), g));
      hn::StoreU(g, d, logits + c);
      hn::StoreU(hn::Add(hn::LoadU(d, sums + c), g), d, sums + c);
    }
    double sum = static_cast<double>(hn::GetLane(hn::SumOfLanes(d, row)));
    for (; c < n; ++c) {
      V g = hn::Set(d, logits[c]);
      sum += static_cast<double>(hn::GetLane(entropy_of(hn::Set(d, x[c]), hn::Set(d, bias[c]), g)));
      logits[c] = hn::GetLane(g);
      sums[c] += logits[c];
    }
    total += sum;
  }
  return total;
}

}  // namespace
}  // namespace vae::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace vae {

HWY_EXPORT(weigh_all);
HWY_EXPORT(add_bias_relu);
HWY_EXPORT(relu_backward);
HWY_EXPORT(cross_entropy);

void SparseBatch::read(const float* x, std::int64_t batch, std::int64_t features) {
  pixels.clear();
  pixel_values.clear();
  first_pixel.assign(1, 0);
  first_sample.assign(static_cast<std::size_t>(features) + 1, 0);
  for (std::int64_t s = 0; s < batch; ++s) {
    for (std::int64_t k = 0; k < features; ++k) {
      if (x[s * features + k] == 0) continue;
      pixels.push_back(static_cast<std::int32_t>(k));
      pixel_values.push_back(x[s * features + k]);
      ++first_sample[static_cast<std::size_t>(k) + 1];
    }
    first_pixel.push_back(static_cast<std::int32_t>(pixels.size()));
  }
  for (std::size_t k = 0; k < static_cast<std::size_t>(features); ++k) {
    first_sample[k + 1] += first_sample[k];
  }
  samples.resize(pixels.size());
  sample_values.resize(pixels.size());
  std::vector<std::int32_t> next(first_sample.begin(), first_sample.end() - 1);
  for (std::int64_t s = 0; s < batch; ++s) {
    for (auto e = first_pixel[static_cast<std::size_t>(s)];
         e < first_pixel[static_cast<std::size_t>(s) + 1]; ++e) {
      const auto i = static_cast<std::size_t>(e);
      const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(pixels[i])]++);
      samples[place] = static_cast<std::int32_t>(s);
      sample_values[place] = pixel_values[i];
    }
  }
}

double SparseBatch::density(std::int64_t batch, std::int64_t features) const {
  return static_cast<double>(pixels.size()) / static_cast<double>(batch * features);
}

void sparse_forward(const SparseBatch& x, std::int64_t batch, std::int64_t out, const float* weight,
                    const float* bias, float* y) {
  HWY_DYNAMIC_DISPATCH(weigh_all)
  (batch, x.first_pixel.data(), x.pixels.data(), x.pixel_values.data(), weight, out, bias, true, y);
}

void sparse_gradient(const SparseBatch& x, std::int64_t features, std::int64_t out, const float* dy,
                     float* gradient) {
  HWY_DYNAMIC_DISPATCH(weigh_all)
  (features, x.first_sample.data(), x.samples.data(), x.sample_values.data(), dy, out, nullptr,
   false, gradient);
}

void add_bias_relu(std::int64_t batch, std::int64_t n, const float* bias, float* y) {
  HWY_DYNAMIC_DISPATCH(add_bias_relu)(batch, n, bias, y);
}

void relu_backward(std::int64_t batch, std::int64_t n, const float* y, float* dy, float* sums) {
  HWY_DYNAMIC_DISPATCH(relu_backward)(batch, n, y, dy, sums);
}

double cross_entropy(std::int64_t batch, std::int64_t n, const float* x, const float* bias,
                     float* logits, float* sums) {
  return HWY_DYNAMIC_DISPATCH(cross_entropy)(batch, n, x, bias, logits, sums);
}

// A code has few numbers: plain loops.

double sample_code(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   float* z) {
  double kl = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float deviation = std::exp(0.5f * log_variance[i]);
    z[i] = mean[i] + deviation * noise[i];
    kl -= 0.5 * (1.0 + static_cast<double>(log_variance[i]) -
                 static_cast<double>(mean[i]) * static_cast<double>(mean[i]) -
                 static_cast<double>(deviation) * static_cast<double>(deviation));
  }
  return kl;
}

void code_backward(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   const float* dz, float* dmean, float* dlog_variance) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float deviation = std::exp(0.5f * log_variance[i]);
    dmean[i] = dz[i] + mean[i];
    dlog_variance[i] = 0.5f * (dz[i] * noise[i] * deviation + deviation * deviation - 1.0f);
  }
}

}  // namespace vae
#endif
