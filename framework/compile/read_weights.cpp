// SPDX-License-Identifier: MIT
#include "compile/npy.hpp"
#include "compile/read.hpp"
#include "train/safetensors.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace glia::compile {
namespace {

/// "fc2" before "fc10": runs of digits count as numbers.
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t end_a = i, end_b = j;
      while (end_a < a.size() && digit(a[end_a])) ++end_a;
      while (end_b < b.size() && digit(b[end_b])) ++end_b;
      const std::string x = a.substr(i, end_a - i), y = b.substr(j, end_b - j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      i = end_a, j = end_b;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
    }
  }
  return a.size() - i < b.size() - j;
}

DenseLayer layer_of(const at::Tensor& weight, const at::Tensor& bias) {
  const at::Tensor w = weight.to(at::kDouble).contiguous();
  DenseLayer layer;
  layer.in = w.size(1);
  layer.out = w.size(0);
  layer.weight.assign(w.data_ptr<double>(), w.data_ptr<double>() + w.numel());
  layer.bias.assign(static_cast<std::size_t>(layer.out), 0);
  if (!bias.defined()) return layer;
  const at::Tensor b = bias.to(at::kDouble).contiguous();
  layer.bias.assign(b.data_ptr<double>(), b.data_ptr<double>() + b.numel());
  return layer;
}

/// The responses of `count` layers: as a list says, or one between layers and none after the last.
std::vector<std::string> responses_of(const std::string& file, const std::string& list,
                                      const std::string& between, std::size_t count) {
  std::vector<std::string> names;
  if (!list.empty()) {
    if (!between.empty()) refuse_activation(file);
    std::istringstream parts(list);
    for (std::string name; std::getline(parts, name, ',');) names.push_back(name);
    if (names.size() != count) {
      throw Error(ErrorCode::configuration,
                  fmt::format("{} names {} activations for {} layers", file, names.size(), count),
                  "give one for each layer, separated by commas; 'identity' for none");
    }
    return names;
  }
  if (between.empty() && count > 1) {
    throw Error(ErrorCode::configuration, file + " does not say what stands between its layers",
                "give --activation relu, or write the metadata \"activations\": "
                "\"relu,identity\" into it");
  }
  names.assign(count, between);
  names.back() = "identity";
  return names;
}

void respond(DenseNetwork& network, const std::string& file, const std::vector<std::string>& names,
             const Catalog& catalog) {
  for (std::size_t l = 0; l < names.size(); ++l) {
    network.layers[l].response =
        response_of(names[l], fmt::format("{}: the activation of layer {}", file, l), catalog);
  }
}

}  // namespace

DenseNetwork read_weights(const std::string& file, const std::string& activation,
                          const Catalog& catalog) {
  const auto stored = train::load_safetensors(file);
  const std::map<std::string, at::Tensor> tensors(stored.tensors.begin(), stored.tensors.end());
  constexpr std::string_view weight = "weight", bias = "bias";
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    const auto dot = name.find_last_of('.');
    const std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
    const std::string stem = dot == std::string::npos ? "" : name.substr(0, dot + 1);
    if (last == weight && tensor.dim() == 2 && at::isFloatingType(tensor.scalar_type())) {
      names.push_back(stem);
    } else if (last != bias || tensor.dim() != 1 || !tensors.count(stem + "weight")) {
      throw Error(ErrorCode::configuration,
                  fmt::format("{}: tensor '{}' {} is not part of a dense layer", file, name,
                              c10::str(tensor.sizes())),
                  "dense layers have NAME.weight [output, input] and NAME.bias [output]; recurrent "
                  "and general layers cannot be compiled");
    }
  }
  std::sort(names.begin(), names.end(), natural_less);
  DenseNetwork network;
  for (const std::string& name : names) {
    const auto b = tensors.find(name + "bias");
    network.layers.push_back(
        layer_of(tensors.at(name + "weight"), b == tensors.end() ? at::Tensor() : b->second));
  }
  if (network.layers.empty()) return network;
  const auto listed = stored.metadata.find("activations");
  respond(network, file,
          responses_of(file, listed == stored.metadata.end() ? "" : listed->second, activation,
                       names.size()),
          catalog);
  return network;
}

DenseNetwork read_arrays(const std::vector<std::string>& files, const std::string& activation,
                         const Catalog& catalog) {
  DenseNetwork network;
  for (const std::string& file : files) network.layers.push_back(layer_of(read_npy(file), {}));
  respond(network, files.front(), responses_of(files.front(), "", activation, files.size()),
          catalog);
  return network;
}

}  // namespace glia::compile
