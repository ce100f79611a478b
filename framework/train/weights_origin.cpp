// SPDX-License-Identifier: MIT
#include "train/weights_origin.hpp"

#include "core/diagnostics.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "train/description.hpp"
#include "train/safetensors.hpp"
#include "train/same_columns.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
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

/// How samples are kept away from training, and what for.
struct Share {
  const char* part;  ///< a key of the data set, with a seed: "test", "test_seed"
  const char* what;  ///< what it does with them
  const char* numbers;
  bool by_name;  ///< goes by the data set's name as well
};
constexpr Share shares[] = {{"validation", "keeps for validation", "validation numbers", true},
                            {"test", "tests with", "test numbers", false}};

/// What `identity` says of it; "" where no samples are kept away so.
std::string terms_of(const std::string& identity, const Share& share) {
  const std::string part = line_of(identity, share.part);
  const auto value = part.rfind(' ');
  if (value == std::string::npos || std::strtod(part.c_str() + value, nullptr) == 0) return {};
  return fmt::format("{}, {}", part, line_of(identity, fmt::format("{}_seed", share.part)));
}

/// Warns if the data of `now` were those of the weights too and were shared out otherwise.
void tell_of_leak(const std::string& what, const std::string& weights, const Loads& now,
                  const config::PipelineSpec& spec) {
  const Loads before = loads_beside(weights);
  for (const auto& node : spec.datasets) {
    const auto identity = now.find(node.id);
    if (identity == now.end()) continue;
    const std::string files = line_of(identity->second, "files");
    const auto same = std::find_if(before.begin(), before.end(), [&](const auto& other) {
      return !files.empty() && line_of(other.second, "files") == files;
    });
    if (same == before.end()) continue;
    for (const Share& share : shares) {
      const std::string then = terms_of(same->second, share);
      const std::string today = terms_of(identity->second, share);
      const bool other_name = share.by_name && same->first != node.id;
      if (today.empty() || (then == today && !other_name)) continue;
      log().warn(
          "weights of {}: {} has learned from samples that data set '{}' {} now, so that its {} "
          "are "
          "too good; {}",
          what, weights, node.id, share.what, share.numbers,
          then.empty()    ? "when it learned none were kept away so"
          : share.by_name ? fmt::format("keep the same: name '{}', {}", same->first, then)
                          : fmt::format("keep the same: {}", then));
    }
  }
}

std::optional<TableColumns> columns_in(const std::string& weights) {
  const auto metadata = map_safetensors(weights).metadata;
  const auto text = metadata.find(description_key);
  if (text == metadata.end()) return std::nullopt;
  const auto description = perhaps_ordered_json(text->second);
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
