// SPDX-License-Identifier: MIT
#include "through.hpp"

#include <glia/sdk/parallel.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <utility>

namespace glia_calcium_rows {
namespace {

using torch::autograd::variable_list;

/// Samples `first` .. `first + count - 1` of rows [B, n] as [n][lanes]; zeros beyond them.
template <class T>
std::vector<T> to_lanes(const at::Tensor& rows, std::int64_t first, std::int64_t count) {
  const std::int64_t n = rows.size(1);
  std::vector<T> out(static_cast<std::size_t>(n * lanes), T(0));
  const T* from = rows.data_ptr<T>() + first * n;
  for (std::int64_t b = 0; b < count; ++b) {
    for (std::int64_t j = 0; j < n; ++j) {
      out[static_cast<std::size_t>(j * lanes + b)] = from[b * n + j];
    }
  }
  return out;
}

template <class T>
void from_lanes(const std::vector<T>& by_lane, std::int64_t first, std::int64_t count,
                const at::Tensor& rows) {
  const std::int64_t n = rows.size(1);
  T* to = rows.data_ptr<T>() + first * n;
  for (std::int64_t b = 0; b < count; ++b) {
    for (std::int64_t j = 0; j < n; ++j) {
      to[b * n + j] = by_lane[static_cast<std::size_t>(j * lanes + b)];
    }
  }
}

/// A batch on its way through a tissue, in groups of samples that threads share.
struct Pass {
  std::shared_ptr<const Anatomy> anatomy;
  at::Tensor drive, weights, base, noise;

  std::int64_t batch() const { return drive.size(0); }

  template <class T, class Each>
  void each_group(Each each) const {
    glia::parallel((batch() + lanes - 1) / lanes, [&](std::int64_t g) {
      const std::int64_t first = g * lanes, count = std::min<std::int64_t>(lanes, batch() - first);
      Tissue<T> tissue(*anatomy, weights.data_ptr<T>(), base.data_ptr<T>());
      const auto driven = to_lanes<T>(drive, first, count);
      std::vector<T> disturbed;
      if (noise.defined()) disturbed = to_lanes<T>(noise, first, count);
      each(g, tissue, driven.data(), noise.defined() ? disturbed.data() : nullptr, first, count);
    });
  }

  template <class T>
  at::Tensor forward() const {
    const at::Tensor y = at::empty_like(drive);
    each_group<T>(
        [&](std::int64_t, Tissue<T>& tissue, const T* u, const T* eta, auto first, auto count) {
          std::vector<T> out(static_cast<std::size_t>(anatomy->width * lanes));
          tissue.forward(u, eta, out.data());
          from_lanes(out, first, count, y);
        });
    return y;
  }

  template <class T>
  variable_list backward(const at::Tensor& dy) const {
    const at::Tensor d_drive = at::empty_like(drive);
    const std::int64_t groups = (batch() + lanes - 1) / lanes;
    const at::Tensor d_weights = at::zeros({groups, weights.numel()}, weights.options());
    const at::Tensor d_base = at::zeros({groups, base.numel()}, base.options());
    each_group<T>(
        [&](std::int64_t g, Tissue<T>& tissue, const T* u, const T* eta, auto first, auto count) {
          std::vector<T> d_u(static_cast<std::size_t>(anatomy->width * lanes));
          tissue.backward(u, eta, to_lanes<T>(dy, first, count).data(), d_u.data(),
                          d_weights.data_ptr<T>() + g * weights.numel(),
                          d_base.data_ptr<T>() + g * base.numel());
          from_lanes(d_u, first, count, d_drive);
        });
    return {d_drive, d_weights.sum(0).view(weights.sizes()), d_base.sum(0).view(base.sizes())};
  }
};

struct TissueBackward final : torch::autograd::Node {
  Pass pass;

  variable_list apply(variable_list&& grads) override {
    variable_list result;
    AT_DISPATCH_FLOATING_TYPES(pass.drive.scalar_type(), "calcium rows",
                               [&] { result = pass.backward<scalar_t>(grads[0].contiguous()); });
    return result;
  }

  void release_variables() override {
    for (at::Tensor* held : {&pass.drive, &pass.weights, &pass.base, &pass.noise}) held->reset();
  }
};

}  // namespace

at::Tensor through_tissue(const std::shared_ptr<const Anatomy>& anatomy, const at::Tensor& drive,
                          const at::Tensor& weights, const at::Tensor& base,
                          const at::Tensor& noise) {
  const variable_list inputs = {drive, weights, base};
  const bool differentiate = torch::autograd::GradMode::is_enabled() &&
                             torch::autograd::any_variable_requires_grad(inputs);
  at::AutoDispatchBelowADInplaceOrView below_autograd;
  Pass pass{anatomy, drive.detach().contiguous(), weights.detach().contiguous(),
            base.detach().contiguous(), noise};
  at::Tensor y;
  AT_DISPATCH_FLOATING_TYPES(drive.scalar_type(), "calcium rows",
                             [&] { y = pass.forward<scalar_t>(); });
  if (differentiate) {
    auto node = std::shared_ptr<TissueBackward>(new TissueBackward, torch::autograd::deleteNode);
    node->pass = std::move(pass);
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
    torch::autograd::set_history(y, node);
  }
  return y;
}

}  // namespace glia_calcium_rows
