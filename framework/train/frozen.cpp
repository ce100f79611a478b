// SPDX-License-Identifier: MIT
#include "train/frozen.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace glia::train {

void Frozen::add(std::int64_t first, std::int64_t count) {
  if (count == 0) return;
  if (!ranges_.empty() && ranges_.back().first + ranges_.back().second == first) {
    ranges_.back().second += count;
  } else {
    ranges_.emplace_back(first, count);
  }
}

std::int64_t Frozen::count() const {
  std::int64_t sum = 0;
  for (const auto& [first, count] : ranges_) sum += count;
  return sum;
}

void Frozen::silence(const at::Tensor& gradient) const {
  AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "silence", [&] {
    auto* numbers = gradient.data_ptr<scalar_t>();
    for (const auto& [first, count] : ranges_) std::fill_n(numbers + first, count, scalar_t(0));
  });
}

void Frozen::restore(const at::Tensor& kept, const at::Tensor& values) const {
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "restore", [&] {
    const auto* from = kept.data_ptr<scalar_t>();
    auto* to = values.data_ptr<scalar_t>();
    for (const auto& [first, count] : ranges_) std::copy_n(from + first, count, to + first);
  });
}

}  // namespace glia::train
