// SPDX-License-Identifier: MIT
// network.safetensors: what was compiled, to prove it again.
#include "compile/keep.hpp"

#include "compile/written.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <map>
#include <utility>

namespace glia::compile {
namespace {

using nlohmann::json;

json to_json(const Value& value) {
  return std::visit([](const auto& v) { return json(v); }, value);
}

Value from_json(const json& item, FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean:
      return item.get<bool>();
    case FieldKind::integer:
      return item.get<std::int64_t>();
    case FieldKind::real:
      return item.get<double>();
    case FieldKind::text:
      return item.get<std::string>();
    case FieldKind::integers:
      return item.get<std::vector<std::int64_t>>();
    case FieldKind::reals:
      return item.get<std::vector<double>>();
    case FieldKind::texts:
      return item.get<std::vector<std::string>>();
  }
  throw Error(ErrorCode::internal, "a setting of no kind");
}

at::Tensor tensor_of(const std::vector<double>& numbers, at::IntArrayRef shape) {
  return at::from_blob(const_cast<double*>(numbers.data()), shape, at::kDouble).clone();
}

std::vector<double> numbers_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<double>(), tensor.data_ptr<double>() + tensor.numel()};
}

Response response_from(const json& item, const Catalog& catalog) {
  Response response{.name = item.at("activation").get<std::string>()};
  const CatalogEntry* plugin = catalog.find(PluginKind::activation, response.name);
  if (!plugin) {
    throw Error(ErrorCode::plugin, fmt::format("there is no activation '{}'", response.name),
                "give its folder with --plugin-path");
  }
  for (const FieldSpec& field : plugin->descriptor->fields) {
    const auto given = item.at("settings").find(field.name);
    response.settings.emplace(field.name, given == item.at("settings").end()
                                              ? field.default_value
                                              : from_json(*given, field.kind));
  }
  return response;
}

void read_layers(const json& all, const std::map<std::string, at::Tensor>& tensors,
                 Compiled& compiled, const Catalog& catalog) {
  for (std::size_t l = 0; l < all.size(); ++l) {
    const at::Tensor weight = tensors.at(fmt::format("{}.weight", l));
    const at::Tensor bias = tensors.at(fmt::format("{}.bias", l));
    if (weight.dim() != 2 || bias.dim() != 1 || weight.scalar_type() != at::kDouble ||
        bias.scalar_type() != at::kDouble) {
      throw Error(ErrorCode::data, fmt::format("layer {} is no dense layer in float64", l));
    }
    compiled.network.layers.push_back({.in = weight.size(1),
                                       .out = weight.size(0),
                                       .weight = numbers_of(weight),
                                       .bias = numbers_of(bias),
                                       .response = response_from(all[l], catalog)});
    compiled.ends.push_back({.row = all[l].at("last_row").get<std::int64_t>(),
                             .cells = all[l].at("cells").get<std::vector<std::int64_t>>()});
  }
}

}  // namespace

void keep_compiled(const CompiledFiles& files, const Compiled& compiled) {
  train::NamedTensors tensors;
  json layers = json::array();
  for (std::size_t l = 0; l < compiled.network.layers.size(); ++l) {
    const DenseLayer& layer = compiled.network.layers[l];
    tensors.emplace_back(fmt::format("{}.weight", l),
                         tensor_of(layer.weight, {layer.out, layer.in}));
    tensors.emplace_back(fmt::format("{}.bias", l), tensor_of(layer.bias, {layer.out}));
    json settings = json::object();
    for (const auto& [name, value] : layer.response.settings) settings[name] = to_json(value);
    layers.push_back({{"activation", layer.response.name},
                      {"settings", settings},
                      {"last_row", compiled.ends[l].row},
                      {"cells", compiled.ends[l].cells}});
  }
  const json told{{"mode", compiled.mode},   {"seed", compiled.seed},
                  {"node", compiled.node},   {"placement", compiled.placement},
                  {"reach", compiled.reach}, {"pruned_from", compiled.pruned_from},
                  {"pad", compiled.pad},     {"strict", compiled.strict},
                  {"box", compiled.box},     {"layers", std::move(layers)}};
  std::map<std::string, std::string> metadata{{"format", "glia-compiled/1"},
                                              {"compiled", json_text(told)}};
  metadata[train::digest_key] = train::digest_of(tensors, metadata);
  train::save_safetensors(files.network(), tensors, metadata);
}

namespace {

train::SafetensorsFile load(const std::filesystem::path& file) {
  try {
    train::SafetensorsFile stored = train::load_safetensors(file);
    train::check_digest(stored, file, train::Digest::required);
    return stored;
  } catch (const Error& e) {
    throw Error(e.code(), e.message(),
                fmt::format("{} is what was compiled, which the matrix is held against; make the "
                            "folder again: glia compile NETWORK -o DIR",
                            file.filename().string()));
  }
}

}  // namespace

Compiled read_compiled(const CompiledFiles& files, const Catalog& catalog) {
  const std::string name = files.network().string();
  const train::SafetensorsFile stored = load(files.network());
  const std::map<std::string, at::Tensor> tensors(stored.tensors.begin(), stored.tensors.end());
  Compiled compiled;
  try {
    const json told = read_json(stored.metadata.at("compiled"));
    told.at("mode").get_to(compiled.mode);
    told.at("seed").get_to(compiled.seed);
    told.at("node").get_to(compiled.node);
    told.at("placement").get_to(compiled.placement);
    told.at("reach").get_to(compiled.reach);
    told.at("pruned_from").get_to(compiled.pruned_from);
    told.at("pad").get_to(compiled.pad);
    told.at("strict").get_to(compiled.strict);
    told.at("box").get_to(compiled.box);
    read_layers(told.at("layers"), tensors, compiled, catalog);
  } catch (const Error& e) {
    throw Error(e.code(), fmt::format("{}: {}", name, e.message()), e.hint());
  } catch (const std::exception& e) {
    const auto* of_json = dynamic_cast<const json::exception*>(&e);
    throw Error(ErrorCode::data,
                fmt::format("{} does not hold a compiled network: {}", name,
                            of_json ? json_trouble(*of_json) : e.what()),
                "compile it again");
  }
  check_network(compiled.network, name);
  return compiled;
}

}  // namespace glia::compile
