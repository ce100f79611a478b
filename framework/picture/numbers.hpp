// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace glia::picture {

/// The numbers of each sample of rows [N, ...].
std::vector<std::vector<float>> rows_of_numbers(const at::Tensor& rows);

}  // namespace glia::picture
