// SPDX-License-Identifier: MIT
#include "picture/numbers.hpp"

#include <ATen/ATen.h>

namespace glia::picture {

std::vector<std::vector<float>> rows_of_numbers(const at::Tensor& rows) {
  const at::Tensor flat = rows.detach().to(at::kFloat).contiguous().view({rows.size(0), -1});
  std::vector<std::vector<float>> all;
  for (std::int64_t i = 0; i < flat.size(0); ++i) {
    const auto* first = flat.data_ptr<float>() + i * flat.size(1);
    all.emplace_back(first, first + flat.size(1));
  }
  return all;
}

}  // namespace glia::picture
