// SPDX-License-Identifier: MIT
// Images and labels as MNIST has them, packed or not.
#include "idx.hpp"

#include "fuzz.hpp"

FUZZ_TARGET(idx) {
  const std::string path = fuzz::file_of(bytes).string();
  unsigned sum = 0;
  fuzz::answered([&] {
    const mnist::Images images(path, 2, 3, {});
    for (std::size_t i = 0; i < images.count(); ++i) {
      for (const auto pixel : images[i]) sum += pixel;
    }
  });
  const mnist::Labels labels(path, 10, {});
  for (std::size_t i = 0; i < labels.count(); ++i) {
    fuzz::require(labels[i] < 10, "a label past the classes");
  }
}
