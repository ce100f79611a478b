// SPDX-License-Identifier: MIT
#include "product.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <oneapi/dnnl/dnnl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vae {
namespace {

/// oneDNN makes its code for the processor that it meets. Measured (tests/bench) on AVX-512 it is
/// 5 to 20 % faster than the best core of OpenBLAS at every large product of the step, and four
/// times as fast as the core that OpenBLAS takes an unknown processor for; on AVX2 they are level.
/// With less than AVX2, or on another architecture, it has no such code for float32.
bool onednn_is_best() {
#if defined(__x86_64__)
  if ((dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx2) != dnnl_cpu_isa_avx2) return false;
  // Seen: beside PyTorch's own LibTorch 2.11, in a virtual machine, it said "unimplemented" to every
  // product.
  constexpr std::int64_t n = 64;
  const std::vector<float> ones(static_cast<std::size_t>(n * n), 1.0f);
  std::vector<float> sums(ones.size());
  return dnnl_sgemm('N', 'N', n, n, n, 1.0f, ones.data(), n, ones.data(), n, 0.0f, sums.data(),
                    n) == dnnl_success;
#else
  return false;
#endif
}

bool use_onednn() {
  static const bool best = onednn_is_best();
  return best;
}

void onednn(const Matrix& a, const Matrix& b, float* out, std::int64_t stride) {
  const std::int64_t m = a.transposed ? a.columns : a.rows, k = a.transposed ? a.rows : a.columns;
  const std::int64_t n = b.transposed ? b.rows : b.columns;
  const dnnl_status_t status =
      dnnl_sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', m, n, k, 1.0f, a.data,
                 a.stride, b.data, b.stride, 0.0f, out, stride);
  if (status != dnnl_success) {
    throw glia::Error(glia::ErrorCode::internal,
                      "oneDNN's matrix product failed with status " + std::to_string(status));
  }
}

at::Tensor tensor(const Matrix& m) {
  const at::Tensor view =
      at::from_blob(const_cast<float*>(m.data), {m.rows, m.columns}, {m.stride, 1}, at::kFloat);
  return m.transposed ? view.t() : view;
}

void blas(const Matrix& a, const Matrix& b, float* out, std::int64_t stride) {
  const at::Tensor x = tensor(a), y = tensor(b);
  at::Tensor result = tensor({out, x.size(0), y.size(1), stride});
  at::mm_out(result, x, y);
}

}  // namespace

void product(const Matrix& a, const Matrix& b, float* out, std::int64_t stride) {
  use_onednn() ? onednn(a, b, out, stride) : blas(a, b, out, stride);
}

}  // namespace vae
