// SPDX-License-Identifier: MIT
#include "train/samples.hpp"

#include <glia/sdk/random.hpp>

#include <torch/types.h>

#include <algorithm>
#include <span>

namespace glia::train {
namespace {

template <class T>
std::span<T> all_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

Batch read_batch(const LoadedData& data, Split split, const at::Tensor& indices) {
  const std::int64_t n = indices.size(0);
  Batch batch;
  batch.inputs = at::empty({n, data.spec.features()}, at::kFloat);
  std::span<std::int64_t> labels;
  std::span<float> values;
  if (data.spec.classes > 0) {
    batch.targets = at::empty({n}, at::kLong);
    labels = all_of<std::int64_t>(batch.targets);
  } else {
    batch.targets = at::empty({n, data.spec.target_width}, at::kFloat);
    values = all_of<float>(batch.targets);
  }
  data.dataset->read(split, all_of<std::int64_t>(indices), all_of<float>(batch.inputs), labels,
                     values);
  return batch;
}

at::Tensor epoch_order(std::uint64_t seed, const std::string& dataset, std::int64_t epoch,
                       std::int64_t n) {
  at::Tensor order = at::empty({n}, at::kLong);
  RandomStream(seed, dataset + "/order", static_cast<std::uint64_t>(epoch))
      .permutation(all_of<std::int64_t>(order));
  return order;
}

at::Tensor batch_of(const at::Tensor& order, std::uint64_t number, std::int64_t batch_size) {
  const std::int64_t first = static_cast<std::int64_t>(number) * batch_size;
  return order.narrow(0, first, std::min(batch_size, order.size(0) - first));
}

}  // namespace glia::train
