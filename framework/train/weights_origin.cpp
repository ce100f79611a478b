// SPDX-License-Identifier: MIT
#include "train/weights_origin.hpp"

#include "core/diagnostics.hpp"
#include "core/log.hpp"
#include "core/nesting.hpp"
#include "train/description.hpp"
#include "train/safetensors.hpp"
#include "train/same_columns.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace glia::train {
namespace fs = std::filesystem;
namespace {

using graph::line_of;
using Loads = std::map<std::string, std::string>;  ///< data set -> identity of its stage

constexpr std::string_view load = "/load";

/// The data sets of the run in whose folder a file of weights lies.
Loads loads_beside(const std::string& weights) {
  Loads loads;
  const fs::path plan = fs::path(weights).parent_path().parent_path() / "plan.json";
  std::error_code ignored;
  if (!fs::exists(plan, ignored)) return loads;
  try {
    for (const auto& [name, stage] : graph::read_plan(plan)) {
      if (name.ends_with(load)) loads[name.substr(0, name.size() - load.size())] = stage.identity;
    }
  } catch (const Error&) {  // the weights have a digest of their own
    loads.clear();
  }
  return loads;
}

bool keeps_alike(const std::string& one, const std::string& other) {
  return line_of(one, "validation") == line_of(other, "validation") &&
         line_of(one, "validation_seed") == line_of(other, "validation_seed");
}

/// Warns if the data of `now`, of which some are kept for validation, were those of the weights too
/// and were kept otherwise. Which are kept goes by the data set's name as well.
void tell_of_leak(const std::string& what, const std::string& weights, const Loads& now,
                  const config::PipelineSpec& spec) {
  const Loads before = loads_beside(weights);
  for (const auto& node : spec.datasets) {
    const auto identity = now.find(node.id);
    if (node.validation == 0 || identity == now.end()) continue;
    const std::string files = line_of(identity->second, "files");
    const auto same = std::find_if(before.begin(), before.end(), [&](const auto& other) {
      return !files.empty() && line_of(other.second, "files") == files;
    });
    if (same == before.end()) continue;
    if (same->first == node.id && keeps_alike(identity->second, same->second)) continue;
    log().warn(
        "weights of {}: {} has learned from samples that data set '{}' keeps for validation now, "
        "so that "
        "its validation numbers are too good; keep the same: name '{}', {}, {}",
        what, weights, node.id, same->first, line_of(same->second, "validation"),
        line_of(same->second, "validation_seed"));
  }
}

std::optional<TableColumns> columns_in(const std::string& weights) {
  const auto metadata = map_safetensors(weights).metadata;
  const auto text = metadata.find(description_key);
  if (text == metadata.end()) return std::nullopt;
  const auto description =
      nlohmann::ordered_json::parse(shallow_json(text->second), nullptr, false);
  const auto data = description.find("data");
  return data == description.end() ? std::nullopt : read_columns(*data);
}

void check_columns(const config::EncoderNode& node, const config::PipelineSpec& spec) {
  const auto data = std::find_if(spec.datasets.begin(), spec.datasets.end(),
                                 [&](const auto& set) { return set.id == node.input().id; });
  if (data == spec.datasets.end()) return;
  try {
    const auto columns = columns_in(node.weights);
    if (!columns) return;
    require_same_columns(data->id, *data->use.plugin->descriptor->make_dataset(data->use.values),
                         *columns, "the weights were trained");
  } catch (const Error& e) {
    Diagnostics problem;
    problem.error(node.weights_source,
                  fmt::format("weights of encoder '{}': {}", node.id, e.message()), e.hint());
    problem.require_ok();
  }
}

}  // namespace

void check_origins(const config::PipelineSpec& spec, const std::vector<graph::Stage>& stages) {
  Loads now;
  for (const auto& stage : stages) {
    if (stage.kind == graph::Stage::Kind::load) now[stage.node] = stage.identity;
  }
  std::map<std::string, std::string> whose;  // file -> the first that starts with it
  for (const auto& node : spec.encoders) {
    if (node.weights.empty()) continue;
    check_columns(node, spec);
    whose.emplace(node.weights, fmt::format("encoder '{}'", node.id));
  }
  for (const auto& node : spec.networks)
    whose.emplace(node.weights, fmt::format("network '{}'", node.id));
  for (const auto& node : spec.heads)
    whose.emplace(node.weights, fmt::format("head '{}'", node.id));
  for (const auto& [weights, what] : whose) {
    if (!weights.empty()) tell_of_leak(what, weights, now, spec);
  }
}

}  // namespace glia::train
