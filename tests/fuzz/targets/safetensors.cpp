// SPDX-License-Identifier: MIT
// A checkpoint or latents: every number that is said to be there can be read and written again.
#include "train/safetensors.hpp"

#include "fuzz.hpp"
#include "train/latents.hpp"
#include "train/tensor_digest.hpp"

#include <ATen/ATen.h>

using namespace glia;

FUZZ_TARGET(safetensors) {
  const auto path = fuzz::file_of(bytes);
  fuzz::answered([&] {
    const auto mapped = train::map_safetensors(path);
    train::digest_of(mapped.tensors, mapped.metadata);  // touches every byte
  });
  fuzz::answered([&] { train::map_latents(path); });
  const auto read = train::load_safetensors(path);
  const auto copy = fuzz::file_of("", "copy");
  train::save_safetensors(copy, read.tensors, read.metadata);
  const auto again = train::load_safetensors(copy);
  fuzz::require(train::digest_of(again.tensors, again.metadata) ==
                    train::digest_of(read.tensors, read.metadata),
                "it reads differently again");
}
