// SPDX-License-Identifier: MIT
#include "compile/read.hpp"

#include "core/diagnostics.hpp"
#include "core/results_folder.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace glia::compile {

void check_response(const Response& response, const std::string& place, const Catalog& catalog) {
  const CatalogEntry* entry = catalog.find(PluginKind::activation, response.name);
  const auto phi = entry->descriptor->make_activation(response.settings);
  const auto parameters = phi->parameters();
  const bool trained = std::any_of(parameters.begin(), parameters.end(),
                                   [](const auto& p) { return p.scope != CellScope::fixed; });
  if (trained) {
    throw Error(ErrorCode::configuration,
                fmt::format("{} is '{}', which has trained parameters", place, response.name),
                "train the network with an activation without them");
  }
  if (!phi->elementwise() && phi->fused() != FusedActivation::softmax) {
    throw Error(ErrorCode::configuration,
                fmt::format("{} is '{}', in which cells hear each other", place, response.name),
                "of the activations of whole rows, softmax can be compiled");
  }
}

Response response_of(const std::string& name, const std::string& place, const Catalog& catalog) {
  const CatalogEntry* entry = catalog.find(PluginKind::activation, name);
  if (!entry) {
    std::vector<std::string> names;
    for (const CatalogEntry* other : catalog.all()) {
      if (other->descriptor->kind == PluginKind::activation) names.push_back(other->descriptor->id);
    }
    std::string hint = did_you_mean(name, names);
    if (hint.empty()) hint = "activations are " + quoted_list(names);
    throw Error(ErrorCode::configuration,
                fmt::format("{} is '{}', and there is no such activation", place, name), hint);
  }
  Response response{.name = name};
  for (const FieldSpec& field : entry->descriptor->fields) {
    response.settings.emplace(field.name, field.default_value);
  }
  check_response(response, place, catalog);
  return response;
}

void refuse_activation(const std::string& from) {
  throw Error(
      ErrorCode::usage,
      fmt::format("--activation means nothing: {} says itself what stands after its layers", from),
      "leave it out");
}

Source read_source(const std::vector<std::string>& networks, const ReadOptions& options,
                   const Catalog& catalog) {
  namespace fs = std::filesystem;
  std::string first = networks.front();
  std::error_code ignored;
  if (!fs::exists(first, ignored)) {  // a run of the folder runs, by its name
    const auto run = find_results_folder(first);
    if (run && run->kind == ResultsFolder::Kind::run) first = run->path.string();
  }
  const std::string ending = fs::path(first).extension().string();
  if (networks.size() > 1 && ending != ".npy") {
    throw Error(ErrorCode::usage, "several files are one network only if each is a matrix (.npy)",
                "give one run folder, one .safetensors file, one JSON file, or .npy files");
  }
  if (!fs::exists(first, ignored)) {
    throw Error(ErrorCode::usage, "there is no network " + first,
                "give a run folder, a JSON file, a .safetensors file or .npy files");
  }
  if (!options.head.empty() && !fs::is_directory(first, ignored)) {
    throw Error(ErrorCode::usage,
                fmt::format("--head chooses a head of a run, but {} is a file", first));
  }
  if (!options.activation.empty() && fs::is_directory(first, ignored)) {
    refuse_activation(first);
  }
  Source source;
  if (fs::is_directory(first, ignored)) {
    source = read_run(first, options.head, catalog);
  } else if (ending == ".safetensors") {
    source.network = read_weights(first, options.activation, catalog);
  } else if (ending == ".npy") {
    source.network = read_arrays(networks, options.activation, catalog);
  } else {
    source.network = read_json_network(first, options.activation, catalog);
  }
  source.from = first;
  for (std::size_t k = 1; k < networks.size(); ++k) source.from += ' ' + networks[k];
  check_network(source.network, source.from);
  return source;
}

}  // namespace glia::compile
