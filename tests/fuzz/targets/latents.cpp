// SPDX-License-Identifier: MIT
// Latents of a cache that somebody else can write to: what passes the check fits the data set.
#include "train/latents.hpp"

#include "fuzz.hpp"
#include "train/data_check.hpp"

#include <ATen/ATen.h>

using namespace glia;

FUZZ_TARGET(latents) {
  const auto path = fuzz::file_of(bytes);
  const SampleSpec spec{{4}, 2, 0, {}};
  const auto encoded = train::map_latents(path);
  train::check_latents(encoded, {spec, 3, false}, path.string());
  const auto& targets = encoded.train.targets;
  if (targets.numel() == 0) return;
  fuzz::require(targets.min().item<std::int64_t>() >= 0, "a label below 0");
  fuzz::require(targets.max().item<std::int64_t>() < spec.classes, "a label past the classes");
}
