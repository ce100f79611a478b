// SPDX-License-Identifier: MIT
#include "train/samples.hpp"

#include "core/mapping_guard.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace glia::train {
namespace {

template <class T>
std::span<T> all_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

std::int64_t LoadedData::size(Split split) const {
  switch (split) {
    case Split::train:
      return validation.empty() ? dataset->size(Split::train)
                                : static_cast<std::int64_t>(train.size());
    case Split::validation:
      return static_cast<std::int64_t>(validation.size());
    case Split::test:
      return dataset->size(Split::test);
  }
  throw Error(ErrorCode::internal, "a split that is none");
}

void keep_for_validation(LoadedData& data, double share_or_count, std::uint64_t seed) {
  const std::int64_t all = data.dataset->size(Split::train);
  const auto whole = static_cast<double>(all);
  // A number of samples beyond all of them is as good as all, and need not fit an integer.
  const auto kept = static_cast<std::int64_t>(
      std::llround(share_or_count < 1 ? share_or_count * whole : std::min(share_or_count, whole)));
  if (kept < 1 || kept >= all) {
    throw Error(
        ErrorCode::configuration,
        fmt::format("dataset '{}' has {} training samples; validation = {} keeps {} of them",
                    data.id, all, share_or_count, kept),
        "give a share between 0 and 1 or a number that leaves some of both");
  }
  const Permutation order(static_cast<std::uint32_t>(all),
                          RandomStream(seed, data.id + "/validation", 0));
  std::vector<std::uint32_t> places(static_cast<std::size_t>(all));
  order.read(0, places);
  data.validation.assign(places.begin(), places.begin() + kept);
  data.train.assign(places.begin() + kept, places.end());
  std::sort(data.validation.begin(), data.validation.end());
  std::sort(data.train.begin(), data.train.end());
}

namespace {

/// Numbers of samples as the plugin counts them.
at::Tensor plugin_indices(const LoadedData& data, Split split, const at::Tensor& indices) {
  if (split == Split::test || data.validation.empty()) return indices;
  const auto& numbers = split == Split::train ? data.train : data.validation;
  at::Tensor mapped = at::empty_like(indices);
  const std::int64_t* from = indices.data_ptr<std::int64_t>();
  std::transform(from, from + indices.numel(), mapped.data_ptr<std::int64_t>(),
                 [&](std::int64_t i) { return numbers[static_cast<std::size_t>(i)]; });
  return mapped;
}

}  // namespace

Batch read_batch(const LoadedData& data, Split split, const at::Tensor& indices) {
  const std::int64_t n = indices.size(0);
  const at::Tensor numbers = plugin_indices(data, split, indices);
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
  data.dataset->read(split == Split::test ? Split::test : Split::train,
                     all_of<std::int64_t>(numbers), all_of<float>(batch.inputs), labels, values);
  require_whole_mappings();
  return batch;
}

bool read_all(const LoadedData& data, Split split, std::int64_t most_numbers,
              const std::function<bool(const Batch&)>& use) {
  const std::int64_t features = data.spec.features(), size = data.size(split);
  const std::int64_t rows = std::clamp<std::int64_t>((1 << 20) / features, 1, 4096);
  for (std::int64_t first = 0; first < size; first += rows) {
    const std::int64_t count = std::min(rows, size - first);
    most_numbers -= count * features;
    if (most_numbers < 0) return false;
    if (!use(read_batch(data, split, at::arange(first, first + count, at::kLong)))) break;
  }
  return true;
}

void augment(const LoadedData& data, const at::Tensor& indices, std::uint64_t seed,
             std::int64_t epoch, Batch& batch) {
  if (!data.augmenter) return;
  const at::Tensor numbers = plugin_indices(data, Split::train, indices);
  data.augmenter->apply(seed, epoch, all_of<std::int64_t>(numbers), all_of<float>(batch.inputs));
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
