// SPDX-License-Identifier: MIT
// What `glia predict` is given: its first bytes say what it is.
#include "apply/input.hpp"
#include "fuzz.hpp"

#include <ATen/ATen.h>

FUZZ_TARGET(samples) {
  const auto path = fuzz::file_of(bytes);
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{4}, {2, 2}, {1}}) {
    fuzz::answered([&] {
      const glia::SampleSpec wanted{shape, 0, 1, {}};
      const auto samples = glia::apply::read_samples(path, wanted, {});
      fuzz::require(samples.inputs.dim() == 2 && samples.inputs.size(0) > 0, "no samples");
      fuzz::require(samples.inputs.size(1) == wanted.features(), "samples of another width");
      samples.inputs.sum();  // touches every number
    });
  }
}
