// SPDX-License-Identifier: MIT
#include "train/latents.hpp"

#include "train/safetensors.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <map>
#include <string>

namespace glia::train {
namespace {

constexpr char format[] = "glia-latents/1";

void add(NamedTensors& tensors, const std::string& name, const at::Tensor& tensor) {
  if (tensor.defined()) tensors.emplace_back(name, tensor);
}

}  // namespace

void save_latents(const std::filesystem::path& file, const Encoded& encoded) {
  NamedTensors tensors;
  // Targets first: they can be 8 bytes wide, and must lie where such numbers may lie.
  add(tensors, "train.targets", encoded.train.targets);
  add(tensors, "test.targets", encoded.test.targets);
  add(tensors, "train.mean", encoded.train.mean);
  add(tensors, "train.deviation", encoded.train.deviation);
  add(tensors, "test.mean", encoded.test.mean);
  add(tensors, "test.deviation", encoded.test.deviation);
  save_safetensors(file, tensors, {{"format", format}});
}

Encoded map_latents(const std::filesystem::path& file) {
  SafetensorsFile mapped = map_safetensors(file);
  std::map<std::string, at::Tensor> by_name(mapped.tensors.begin(), mapped.tensors.end());
  if (mapped.metadata["format"] != format) {
    throw Error(ErrorCode::data, file.string() + " holds no latents");
  }
  const auto split = [&](const std::string& name) {
    EncodedSplit s{by_name[name + ".mean"], by_name[name + ".deviation"],
                   by_name[name + ".targets"]};
    if (!s.mean.defined() || !s.targets.defined() || s.mean.size(0) != s.targets.size(0)) {
      throw Error(ErrorCode::data, file.string() + " lacks latents of the " + name + " split");
    }
    return s;
  };
  return {split("train"), split("test")};
}

}  // namespace glia::train
