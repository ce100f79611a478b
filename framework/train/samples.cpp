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

Permutation epoch_order(std::uint64_t seed, const std::string& dataset, std::int64_t epoch,
                        std::int64_t n) {
  return {static_cast<std::uint32_t>(n),
          RandomStream(seed, dataset + "/order", static_cast<std::uint64_t>(epoch))};
}

std::vector<std::uint32_t> samples_of(const Permutation& order, std::uint64_t number,
                                      std::int64_t batch_size) {
  const auto size = static_cast<std::uint64_t>(batch_size), first = number * size;
  std::vector<std::uint32_t> samples(std::min<std::uint64_t>(size, order.size() - first));
  order.read(static_cast<std::uint32_t>(first), samples);
  return samples;
}

at::Tensor indices_of(const std::vector<std::uint32_t>& samples) {
  at::Tensor indices = at::empty({static_cast<std::int64_t>(samples.size())}, at::kLong);
  std::copy(samples.begin(), samples.end(), indices.data_ptr<std::int64_t>());
  return indices;
}

at::Tensor batch_of(const at::Tensor& order, std::uint64_t number, std::int64_t batch_size) {
  const std::int64_t first = static_cast<std::int64_t>(number) * batch_size;
  return order.narrow(0, first, std::min(batch_size, order.size(0) - first));
}

}  // namespace glia::train
