// SPDX-License-Identifier: MIT
#include "train/overlap.hpp"

#include "core/log.hpp"

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <string_view>

namespace glia::train {
namespace {

constexpr std::int64_t most_encoded = std::int64_t{1} << 26, most_read = most_encoded / 4;

template <class Use>
void each_hash(const at::Tensor& inputs, Use use) {
  const at::Tensor rows = inputs.contiguous();
  const auto bytes = static_cast<std::size_t>(rows.size(1)) * sizeof(float);
  const char* row = reinterpret_cast<const char*>(rows.data_ptr<float>());
  for (std::int64_t i = 0; i < rows.size(0); ++i, row += bytes) {
    use(std::hash<std::string_view>{}({row, bytes}));
  }
}

/// "" where that is nothing to speak of.
std::string text_of(const std::string& dataset, Split split, std::int64_t found,
                    std::int64_t samples) {
  constexpr std::int64_t share = 10;
  if (found * share < samples || found == 0) return {};
  return fmt::format(
      "data set '{}': {} of its {} {} samples are training samples too, so that what is measured "
      "with them says little of new ones",
      dataset, found, samples, split_name(split));
}

}  // namespace

void KnownSamples::add(const at::Tensor& inputs) {
  each_hash(inputs, [&](std::size_t hash) { hashes_.insert(hash); });
  added_ += inputs.size(0);
}

std::int64_t KnownSamples::count(const at::Tensor& inputs) const {
  std::int64_t found = 0;
  each_hash(inputs,
            [&](std::size_t hash) { found += static_cast<std::int64_t>(hashes_.count(hash)); });
  return found;
}

KnownSamples KnownSamples::also_in(const at::Tensor& inputs) const {
  KnownSamples both;
  each_hash(inputs, [&](std::size_t hash) {
    if (hashes_.count(hash)) both.hashes_.insert(hash);
  });
  return both;
}

std::optional<KnownSamples> KnownSamples::of(const LoadedData& data, Split split,
                                             std::int64_t most_numbers) {
  KnownSamples known;
  const bool all = read_all(data, split, most_numbers, [&](const Batch& batch) {
    known.add(batch.inputs);
    return true;
  });
  return all ? std::optional(std::move(known)) : std::nullopt;
}

std::optional<std::int64_t> KnownSamples::count(const LoadedData& data, Split split,
                                                std::int64_t most_numbers) const {
  std::int64_t found = 0;
  const bool all = read_all(data, split, most_numbers, [&](const Batch& batch) {
    found += count(batch.inputs);
    return true;
  });
  return all ? std::optional(found) : std::nullopt;
}

bool KnownSamples::differ() const {
  constexpr std::int64_t share = 20;
  const std::int64_t twice = added_ - static_cast<std::int64_t>(hashes_.size());
  return twice * share <= added_;
}

void warn_of_overlap(const Encoded& encoded, const std::string& dataset) {
  const at::Tensor& trained = encoded.train.mean;
  if (!trained.defined() || trained.dim() != 2 || trained.numel() > most_encoded) return;
  for (const Split split : {Split::validation, Split::test}) {
    const EncodedSplit& part = encoded.of(split);
    if (part.empty() || part.mean.dim() != 2 || part.mean.size(1) != trained.size(1)) continue;
    KnownSamples measured;
    measured.add(part.mean);
    const std::int64_t found = measured.also_in(trained).count(part.mean);
    const std::string text = text_of(dataset, split, found, part.size());
    if (text.empty()) continue;
    KnownSamples known;
    known.add(trained);
    if (known.differ()) log().warn("{}", text);
  }
}

std::vector<std::string> overlaps(const LoadedData& data) {
  std::vector<std::string> all;
  try {
    const auto known = KnownSamples::of(data, Split::train, most_read);
    if (!known || !known->differ()) return all;
    for (const Split split : {Split::validation, Split::test}) {
      if (split == Split::validation && data.validation.empty()) continue;
      const auto found = known->count(data, split, most_read);
      if (!found) continue;
      if (auto text = text_of(data.id, split, *found, data.size(split)); !text.empty()) {
        all.push_back(std::move(text));
      }
    }
  } catch (const std::exception&) {  // what cannot be read a run tells
  }
  return all;
}

}  // namespace glia::train
