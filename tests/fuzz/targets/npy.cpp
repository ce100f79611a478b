// SPDX-License-Identifier: MIT
// A NumPy array, as inputs and as labels.
#include "array.hpp"
#include "fuzz.hpp"
#include "labels.hpp"

#include <ATen/ATen.h>

FUZZ_TARGET(npy) {
  const std::string path = fuzz::file_of(bytes).string();
  fuzz::answered([&] { npy::count_classes(path, 0); });
  const auto array = npy::map_array(path);
  array.to(at::kDouble).sum();  // touches every number
}
