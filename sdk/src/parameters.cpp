// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace glia {
namespace {

template <class T>
void fill(at::Tensor& tensor, Init init, RandomStream stream) {
  std::span<T> out(tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel()));
  switch (init.kind) {
    case Init::Kind::zeros:
      break;
    case Init::Kind::uniform:
      stream.uniform(out, static_cast<T>(-init.scale), static_cast<T>(init.scale));
      break;
    case Init::Kind::normal:
      stream.normal(out);
      for (T& x : out) x *= static_cast<T>(init.scale);
      break;
    case Init::Kind::constant:
      std::fill(out.begin(), out.end(), static_cast<T>(init.scale));
      break;
  }
}

}  // namespace

ParameterSet::ParameterSet(std::uint64_t seed, std::string node, at::ScalarType dtype)
    : seed_(seed), node_(std::move(node)), dtype_(dtype) {}

at::Tensor ParameterSet::add_to(Named& list, const std::string& name,
                                const std::vector<std::int64_t>& shape, Init init) {
  const std::string full = prefix_ + name;
  for (const Named* known : {&all_, &buffers_}) {
    for (const auto& [existing, tensor] : *known) {
      if (existing != full) continue;
      throw Error(ErrorCode::internal, "node '" + node_ + "' adds '" + full + "' twice");
    }
  }
  at::Tensor tensor = at::zeros(shape, at::TensorOptions().dtype(dtype_));
  if (init.kind != Init::Kind::zeros) {
    RandomStream stream(seed_, node_ + "/init/" + full, 0);
    dtype_ == at::kDouble ? fill<double>(tensor, init, stream) : fill<float>(tensor, init, stream);
  }
  list.emplace_back(full, tensor);
  return tensor;
}

at::Tensor ParameterSet::add(const std::string& name, const std::vector<std::int64_t>& shape,
                             Init init) {
  return add_to(all_, name, shape, init).set_requires_grad(true);
}

at::Tensor ParameterSet::add_buffer(const std::string& name, const std::vector<std::int64_t>& shape,
                                    Init init) {
  return add_to(buffers_, name, shape, init);
}

ParameterSet::Named ParameterSet::saved() const {
  Named all = all_;
  all.insert(all.end(), buffers_.begin(), buffers_.end());
  return all;
}

std::int64_t ParameterSet::count() const {
  std::int64_t n = 0;
  for (const auto& [name, tensor] : all_) n += tensor.numel();
  return n;
}

}  // namespace glia
