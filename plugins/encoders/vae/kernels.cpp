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

/// For every row i of `out`: start + sum over its entries, U vectors of columns at a time while
/// there are as many; returns the first column that is left.
template <int U>
std::int64_t weigh_columns(std::int64_t c, const SparseRows& x, const float* rows,
                           std::int64_t stride, const float* start, bool relu, float* out) {
  const std::int64_t n = width();
  for (; c + U * n <= stride; c += U * n) {
    for (std::int64_t i = 0; i < x.rows; ++i) {
      const auto first = static_cast<std::size_t>(i * x.capacity);
      weigh_rows<U>(0, x.count[static_cast<std::size_t>(i)], x.index.data() + first,
                    x.value.data() + first, rows + c, stride, start ? start + c : nullptr, relu,
                    out + i * stride + c);
    }
  }
  return c;
}

void weigh_all(const SparseRows& x, const float* rows, std::int64_t stride, const float* start,
               bool relu, float* out) {
  std::int64_t c = weigh_columns<8>(0, x, rows, stride, start, relu, out);
  c = weigh_columns<1>(c, x, rows, stride, start, relu, out);
  for (; c < stride; ++c) {
    for (std::int64_t i = 0; i < x.rows; ++i) {
      float sum = start ? start[c] : 0;
      for (auto e = static_cast<std::size_t>(i * x.capacity),
                end = e + static_cast<std::size_t>(x.count[static_cast<std::size_t>(i)]);
           e < end; ++e) {
        sum += x.value[e] * rows[x.index[e] * stride + c];
      }
      out[i * stride + c] = relu && sum < 0 ? 0 : sum;
    }
  }
}

/// The numbers of x [n] that are not zero, and their places; returns how many. A NaN counts. Each vector is
/// written whole, from where the next number belongs: no further than its own end.
std::int32_t compress(const float* HWY_RESTRICT x, std::int64_t n, std::int32_t* HWY_RESTRICT index,
                      float* HWY_RESTRICT value) {
  const D d;
  const hn::RebindToSigned<D> di;
  const auto first = hn::Iota(di, 0);
  std::int32_t found = 0;
  std::int64_t k = 0;
  for (; k + width() <= n; k += width()) {
    const V v = hn::LoadU(d, x + k);
    const auto there = hn::Ne(v, hn::Zero(d));
    hn::StoreU(hn::Compress(v, there), d, value + found);
    hn::StoreU(hn::Compress(hn::Add(first, hn::Set(di, static_cast<std::int32_t>(k))),
                            hn::RebindMask(di, there)),
               di, index + found);
    found += static_cast<std::int32_t>(hn::CountTrue(d, there));
  }
  for (; k < n; ++k) {
    index[found] = static_cast<std::int32_t>(k);
    value[found] = x[k];
    found += x[k] != 0;
  }
  return found;
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

void sum_pieces(std::int64_t count, std::int64_t stride, std::int64_t n,
                const float* HWY_RESTRICT pieces, float* HWY_RESTRICT sum) {
  const D d;
  std::int64_t i = 0;
  for (; i + width() <= n; i += width()) {
    V total = hn::LoadU(d, pieces + i);
    for (std::int64_t k = 1; k < count; ++k) {
      total = hn::Add(total, hn::LoadU(d, pieces + k * stride + i));
    }
    hn::StoreU(total, d, sum + i);
  }
  for (; i < n; ++i) {
    sum[i] = pieces[i];
    for (std::int64_t k = 1; k < count; ++k) sum[i] += pieces[k * stride + i];
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

double cross_entropy(std::int64_t batch, std::int64_t n, std::int64_t stride, const float* x,
                     const float* bias, float* logits, float* sums) {
  const D d;
  std::fill_n(sums, n, 0.0f);
  double total = 0;
  for (std::int64_t b = 0; b < batch; ++b, x += stride, logits += stride) {
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
#include <numeric>

namespace vae {

HWY_EXPORT(weigh_all);
HWY_EXPORT(compress);
HWY_EXPORT(sum_pieces);
HWY_EXPORT(add_bias_relu);
HWY_EXPORT(relu_backward);
HWY_EXPORT(cross_entropy);

void SparseRows::reserve(std::int64_t row_count, std::int64_t row_capacity) {
  rows = row_count;
  capacity = row_capacity;
  const auto size = static_cast<std::size_t>(rows * capacity);
  if (index.size() < size) index.resize(size);
  if (value.size() < size) value.resize(size);
  count.assign(static_cast<std::size_t>(rows), 0);
}

void SparseRows::read_samples(const float* x, std::int64_t samples, std::int64_t features,
                              std::int64_t pixels) {
  reserve(samples, pixels);
  for (std::int64_t s = 0; s < samples; ++s) {
    const std::int64_t row = s * pixels;
    count[static_cast<std::size_t>(s)] = HWY_DYNAMIC_DISPATCH(compress)(
        x + s * features, pixels, index.data() + row, value.data() + row);
  }
}

void SparseRows::read_pixels(const float* x, std::int64_t samples, std::int64_t features,
                             std::int64_t pixels) {
  reserve(pixels, samples);
  column.resize(static_cast<std::size_t>(samples));
  for (std::int64_t k = 0; k < pixels; ++k) {
    for (std::int64_t s = 0; s < samples; ++s) {
      column[static_cast<std::size_t>(s)] = x[s * features + k];
    }
    const std::int64_t row = k * samples;
    count[static_cast<std::size_t>(k)] = HWY_DYNAMIC_DISPATCH(compress)(
        column.data(), samples, index.data() + row, value.data() + row);
  }
}

double SparseRows::density() const {
  const auto entries = std::accumulate(count.begin(), count.end(), std::int64_t{0});
  return static_cast<double>(entries) / static_cast<double>(rows * capacity);
}

void sparse_forward(const SparseRows& x, std::int64_t out, const float* weight, const float* bias,
                    float* y) {
  HWY_DYNAMIC_DISPATCH(weigh_all)(x, weight, out, bias, true, y);
}

void sparse_product(const SparseRows& x, std::int64_t out, const float* rows, float* product) {
  HWY_DYNAMIC_DISPATCH(weigh_all)(x, rows, out, nullptr, false, product);
}

void sum_pieces(std::int64_t count, std::int64_t stride, std::int64_t n, const float* pieces,
                float* sum) {
  HWY_DYNAMIC_DISPATCH(sum_pieces)(count, stride, n, pieces, sum);
}

void add_bias_relu(std::int64_t batch, std::int64_t n, const float* bias, float* y) {
  HWY_DYNAMIC_DISPATCH(add_bias_relu)(batch, n, bias, y);
}

void relu_backward(std::int64_t batch, std::int64_t n, const float* y, float* dy, float* sums) {
  HWY_DYNAMIC_DISPATCH(relu_backward)(batch, n, y, dy, sums);
}

double cross_entropy(std::int64_t batch, std::int64_t n, std::int64_t stride, const float* x,
                     const float* bias, float* logits, float* sums) {
  return HWY_DYNAMIC_DISPATCH(cross_entropy)(batch, n, stride, x, bias, logits, sums);
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
