// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace npy {

inline constexpr std::int64_t most_classes = 1'000'000;

/// How many classes the training labels of a file have: `given` unless 0, else the greatest label
/// and one. Error (data) where that would be a guess: labels that start at 1, one-hot rows, a mark
/// such as 255 among few classes, numbers that are none of a class.
std::int64_t count_classes(const std::string& path, std::int64_t given);

/// Error (data) names the first label that is none of 0 .. classes - 1. `counted`: how many there
/// are follows from the training labels.
void check_labels(const at::Tensor& labels, const std::string& path, std::int64_t classes,
                  bool counted);

}  // namespace npy
