// SPDX-License-Identifier: MIT
#include "train/latents.hpp"

#include "train/safetensors.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {
namespace {

constexpr char format[] = "glia-latents/1";
const std::string of_encoder = "encoder.";

/// Calls visit(name, tensor) for all there is. Targets and losses come first: they can be 8 bytes
/// wide, and must lie where such numbers may lie.
template <class EncodedType, class Visit>
void each_tensor(EncodedType& encoded, Visit visit) {
  const auto one = [&](const std::string& name, auto& tensor) {
    if (tensor.defined()) visit(name, tensor);
  };
  for (const Split split : encoded.splits()) {
    one(std::string(split_name(split)) + ".targets", encoded.of(split).targets);
  }
  one("losses", encoded.losses);
  for (const Split split : encoded.splits()) {
    one(std::string(split_name(split)) + ".mean", encoded.of(split).mean);
    one(std::string(split_name(split)) + ".deviation", encoded.of(split).deviation);
  }
  for (auto& [name, tensor] : encoded.encoder) one(of_encoder + name, tensor);
}

bool of_every_epoch(const std::string& name) {
  return !name.starts_with(of_encoder) && (name.ends_with(".mean") || name.ends_with(".deviation"));
}

}  // namespace

void save_latents(const std::filesystem::path& file, const Encoded& encoded) {
  NamedTensors tensors;
  each_tensor(encoded, [&](const std::string& name, const at::Tensor& tensor) {
    tensors.emplace_back(name, tensor);
  });
  save_safetensors(file, tensors, {{"format", format}});
}

Encoded map_latents(const std::filesystem::path& file, MappedFile::Writes writes) {
  SafetensorsFile mapped = map_safetensors(file, writes);
  std::map<std::string, at::Tensor> by_name(mapped.tensors.begin(), mapped.tensors.end());
  if (mapped.metadata["format"] != format) {
    throw Error(ErrorCode::data, file.string() + " holds no latents");
  }
  const auto split = [&](Split which) {
    const std::string name = split_name(which);
    EncodedSplit s{by_name[name + ".mean"], by_name[name + ".deviation"],
                   by_name[name + ".targets"]};
    if (which == Split::validation && !s.mean.defined() && s.empty()) return s;
    if (!s.mean.defined() || !s.targets.defined() || s.mean.dim() < 2 || s.targets.dim() < 1 ||
        s.mean.size(-2) != s.targets.size(0)) {
      throw Error(ErrorCode::data,
                  fmt::format("{} lacks latents of the {} split", file.string(), name));
    }
    return s;
  };
  Encoded encoded{.train = split(Split::train),
                  .test = split(Split::test),
                  .validation = split(Split::validation),
                  .losses = by_name["losses"]};
  for (const auto& [name, tensor] : by_name) {
    if (name.starts_with(of_encoder)) encoded.encoder[name.substr(of_encoder.size())] = tensor;
  }
  return encoded;
}

void create_epochs(const std::filesystem::path& file, std::int64_t epochs, const Encoded& like,
                   const ParameterSet& parameters) {
  Encoded all = like;
  all.losses = at::empty({epochs}, at::kDouble);
  for (const auto& [name, tensor] : parameters.saved()) all.encoder[name] = tensor;
  std::vector<TensorPlace> places;
  each_tensor(all, [&](const std::string& name, const at::Tensor& tensor) {
    auto shape = tensor.sizes().vec();
    if (of_every_epoch(name)) shape.insert(shape.begin(), epochs);
    places.push_back({name, std::move(shape), tensor.scalar_type()});
  });
  std::filesystem::create_directories(file.parent_path());
  create_safetensors(file, places, {{"format", format}});
  Encoded made = map_latents(file, MappedFile::Writes::reach_file);
  for (const Split split : like.splits()) made.of(split).targets.copy_(like.of(split).targets);
}

void overwrite_epoch(Encoded& all, std::int64_t epoch, const Encoded& now) {
  for (const Split split : now.splits()) {
    const EncodedSplit &to = all.of(split), &from = now.of(split);
    to.mean[epoch].copy_(from.mean);
    if (to.deviation.defined()) to.deviation[epoch].copy_(from.deviation);
  }
}

void finish_epochs(Encoded& all, const ParameterSet& parameters,
                   const results::EncoderResult& result) {
  at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters.saved()) all.encoder.at(name).copy_(tensor);
  double* losses = all.losses.data_ptr<double>();
  for (const auto& [epoch, loss] : result.train_loss) losses[epoch - 1] = loss;
}

}  // namespace glia::train
