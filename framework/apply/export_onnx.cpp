// SPDX-License-Identifier: MIT
#include "apply/export_onnx.hpp"

#include "apply/checkpoint_file.hpp"
#include "apply/contents.hpp"
#include "apply/onnx_graph.hpp"
#include "apply/onnx_network.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

/// A node's checkpoint, with its tensors.
struct Loaded {
  ordered_json description;
  Tensors tensors;
};

Loaded load(const fs::path& run, const std::string& node, const std::string& what) {
  const fs::path path = run / "checkpoints" / (node + ".safetensors");
  const auto checkpoint = read_finished(path, what);
  if (checkpoint.description.is_null()) {
    throw Error(ErrorCode::data,
                path.string() +
                    " does not say what its tensors are: it is of an "
                    "earlier glia",
                "train again into a new folder: glia run " + (run / "resolved.toml").string());
  }
  const auto file = train::load_safetensors(path);
  train::check_digest(file, path, train::Digest::required);
  return {checkpoint.description, {file.tensors.begin(), file.tensors.end()}};
}

/// Heads among the checkpoints of a run, and the node that each was trained as: itself, or a
/// training.
std::map<std::string, std::string> heads_in(const fs::path& run) {
  std::map<std::string, std::string> heads;
  std::error_code error;
  for (fs::directory_iterator it(run / "checkpoints", error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".safetensors") continue;
    const auto found = read_checkpoint(it->path(), "a node").description;
    const std::string node = it->path().stem().string();
    if (!found.is_object()) continue;
    if (found.value("kind", "") == "head") heads[node] = node;
    if (!found.contains("heads")) continue;
    for (const auto& [id, head] : found.at("heads").items()) heads[id] = node;
  }
  return heads;
}

/// Error (usage) for a policy that is asked for, or policies that are all there is.
void require_no_policy(const fs::path& run, const std::string& wanted, bool heads) {
  const auto policies = contents_of(run).policies;
  const bool asked = std::find(policies.begin(), policies.end(), wanted) != policies.end();
  if (!asked && (heads || !wanted.empty() || policies.empty())) return;
  const std::string& id = asked ? wanted : policies.front();
  throw Error(
      ErrorCode::usage,
      fmt::format("'{}' is a policy, and policies cannot be exported: they act step by step, "
                  "with states that they carry on, and an ONNX file answers one sample",
                  id),
      fmt::format("let it play: glia evaluate {}; its weights are in {}, by name", run.string(),
                  (run / "checkpoints" / (id + ".safetensors")).string()));
}

/// A row of cells in the graph.
struct RowIn {
  std::string name;
  std::int64_t cells = 0;
};

/// The row that a network or head reads: one of those before it, or several joined.
RowIn row_read(OnnxGraph& graph, const ordered_json& reader, const std::vector<RowIn>& rows) {
  const auto& reads = reader.at("reads");
  if (!reads.is_array()) return rows.at(reads.get<std::size_t>());
  const std::string join = reader.at("join");
  RowIn joined;
  std::vector<std::string> names;
  for (const auto& place : reads) {
    const RowIn& row = rows.at(place.get<std::size_t>());
    names.push_back(row.name);
    joined.cells = join == "concat" ? joined.cells + row.cells : row.cells;
  }
  if (join == "concat") {
    joined.name = graph.node("Concat", names, {{"axis", 1}});
  } else if (join == "add") {
    joined.name = graph.node("Sum", names);
  } else {
    throw Error(ErrorCode::usage,
                fmt::format("rows that '{}' joins cannot be written as ONNX", join),
                "those that concat and add join can");
  }
  return joined;
}

/// The head that is meant, and the node that it was trained as.
std::pair<std::string, std::string> choose_head(const fs::path& run, const std::string& wanted) {
  const auto heads = heads_in(run);
  std::vector<std::string> ids;
  for (const auto& [id, node] : heads) ids.push_back(id);
  require_no_policy(run, wanted, !heads.empty());
  if (!wanted.empty()) {
    if (heads.empty()) return {wanted, wanted};
    const auto found = heads.find(wanted);
    if (found != heads.end()) return *found;
    throw Error(ErrorCode::usage, fmt::format("the run has no head '{}'", wanted),
                "it has " + quoted_list(ids));
  }
  if (heads.size() == 1) return *heads.begin();
  if (heads.empty()) {
    throw Error(ErrorCode::data, run.string() + " has no head that was trained to its end",
                "go on with a run that was stopped: glia resume " + run.string());
  }
  throw Error(ErrorCode::usage, "the run has several heads: " + quoted_list(ids),
              "choose one: --head " + ids.front());
}

}  // namespace

std::string export_onnx(const fs::path& run, const std::string& wanted) {
  const auto [id, node] = choose_head(run, wanted);
  Loaded head = load(run, node, fmt::format("head '{}'", id));
  head.description = ordered_json(head_in(head.description, id));
  const std::string encoder_id = head.description.at("encoder");
  const Loaded encoder = load(run, encoder_id, fmt::format("encoder '{}'", encoder_id));
  const auto& data = head.description.at("data");
  const auto shape = data.at("shape").get<std::vector<std::int64_t>>();
  std::int64_t features = 1;
  for (const auto extent : shape) features *= extent;

  OnnxGraph graph(id);
  std::string row = graph.node(
      "Reshape",
      {graph.input("input", shape), graph.constant(std::vector<std::int64_t>{-1, features})});
  row = add_encoder(graph, encoder.description, encoder.tensors, row);
  if (head.description.contains("features")) {
    const auto places = head.description.at("features").get<std::vector<std::int64_t>>();
    row = graph.node("Gather", {row, graph.constant(places)}, {{"axis", 1}});
  }
  std::vector<RowIn> rows{{row, encoder.description.at("cells").get<std::int64_t>()}};
  for (const auto& network : head.description.at("networks")) {
    const RowIn heard = row_read(graph, network, rows);
    rows.push_back({add_network(graph, network, head.tensors, heard.name), network.at("out")});
  }
  const RowIn last = row_read(graph, head.description, rows);
  const std::int64_t width = last.cells;
  row = last.name;
  const auto& answer = head.description.at("answer");
  if (answer == "softmax" || answer.is_object()) {
    row = answer.is_object() ? add_passes(graph, answer, head.tensors, row, width)
                             : graph.node("Softmax", {row}, {{"axis", 1}});
    graph.output("probabilities", row, data.at("classes"));
    graph.label_output("label", row);
  } else if (answer == "values") {
    graph.output("values", row, width);
  } else {
    throw Error(
        ErrorCode::usage,
        fmt::format("what head '{}' ({}) makes of its row cannot be written as ONNX", id,
                    head.description.value("plugin", "?")),
        "heads whose loss the engine has can be exported: classifier, every_pass, regression");
  }
  graph.note("classes", json_text(data.at("class_names")));
  return graph.file(fmt::format("Trained by glia. Input: samples as the data set '{}' gives them.",
                                head.description.value("dataset", "?")));
}

}  // namespace glia::apply
