// SPDX-License-Identifier: MIT
#include <glia/sdk/any_device.hpp>

#include <ATen/ATen.h>

#include <cstddef>
#include <span>

namespace glia {

OnAnyDevice::~OnAnyDevice() = default;

at::Tensor normal_like(const at::Tensor& tensor, RandomStream& random) {
  const at::Tensor drawn = at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
  AT_DISPATCH_FLOATING_TYPES(drawn.scalar_type(), "normal_like", [&] {
    random.normal(std::span(drawn.data_ptr<scalar_t>(), static_cast<std::size_t>(drawn.numel())));
  });
  return drawn.to(tensor.device());
}

}  // namespace glia
