// SPDX-License-Identifier: MIT
#include "compile/proof.hpp"

#include "compile/checks.hpp"
#include "compile/engine.hpp"
#include "compile/modes.hpp"
#include "config/pipeline.hpp"
#include "core/json_text.hpp"
#include "graph/size_limits.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::compile {
namespace {

/// Errors that float64 itself makes, for `max_error`: relative to the greatest answer.
constexpr double rounding = 1e-9;

const config::NetworkNode& node_of(const config::PipelineSpec& spec, const std::string& id) {
  for (const auto& node : spec.networks) {
    if (node.id == id) return node;
  }
  throw Error(ErrorCode::configuration, fmt::format("{} has no network '{}'", spec.file, id),
              "compile it again");
}

/// The greatest distance between answers, and how often the same one is greatest.
double distance(const at::Tensor& a, const at::Tensor& b) {
  const double worst = (a - b).abs().max().item<double>();
  return std::isfinite(worst) ? worst : INFINITY;
}

/// Of a matrix that rows were taken from it is stated what it misses, not judged.
double tolerance_of(const Compiled& compiled) {
  const ModeEntry* mode = Registry<ModeEntry>::all().find(compiled.mode);
  if (!mode) throw Error(ErrorCode::data, fmt::format("there is no mode '{}'", compiled.mode));
  return compiled.pruned_from > 0 ? INFINITY : mode->tolerance;
}

void try_inputs(const Compiled& compiled, const Engine& engine, const Engine& single,
                const Catalog& catalog, Judged& judged) {
  Proof& proof = judged.proof;
  const at::Tensor inputs =
      random_inputs(inputs_to_try, compiled.network.in(), compiled.seed, compiled.box);
  const at::Tensor expected = answers_of(compiled.network, inputs, catalog);
  const at::Tensor answers = engine.run(inputs);
  proof.inputs_tried = inputs_to_try;
  proof.max_error = distance(answers, expected);
  const at::Tensor in_float32 = single.run(inputs.to(at::kFloat)).to(at::kDouble);
  proof.max_error_float32 = distance(in_float32, expected);
  proof.equal_labels = in_float32.argmax(1).eq(expected.argmax(1)).sum().item<std::int64_t>();
  const double greatest = std::max(1.0, expected.abs().max().item<double>());
  const double allowed = greatest * std::max(rounding, 1e3 * tolerance_of(compiled));
  if (std::isfinite(proof.max_error) && !std::isfinite(proof.max_error_float32)) {
    judged.failures.push_back(fmt::format(
        "an answer of {:.3e} is not finite in 32-bit numbers, in which networks run", greatest));
  }
  if (std::isfinite(proof.max_error) && proof.max_error <= allowed) return;
  judged.failures.push_back(fmt::format(
      "of {} random inputs, an answer misses the network's by {:.3e}, allowed are {:.3e}",
      proof.inputs_tried, proof.max_error, allowed));
}

}  // namespace

Judged prove(const CompiledFiles& files, const Catalog& catalog) {
  const Compiled compiled = read_compiled(files, catalog);
  const double tolerance = tolerance_of(compiled);
  const auto pipeline = config::load_pipeline(files.pipeline().string(), {}, catalog);
  const config::NetworkNode& node = node_of(pipeline.spec, compiled.node);
  graph::CellBudget budget;
  const graph::NetworkLayout layout =
      graph::lay_out(node, Shape::chain(compiled.network.in()), budget);
  const Engine engine(node, layout, at::kDouble), single(node, layout, at::kFloat);

  Judged judged;
  Proof& proof = judged.proof;
  proof.mode = compiled.mode;
  proof.strict = compiled.strict;
  proof.box = compiled.box;
  proof.placement = compiled.placement;
  proof.reach = compiled.reach;
  proof.pruned_from = compiled.pruned_from;
  proof.connections = compiled.network.connections();
  proof.locality_bound = locality_bound(compiled.network);
  proof.counting_bound = counting_bound(compiled.network);
  const auto silent = static_cast<std::size_t>(compiled.pad > 0 ? 1 : 0);
  for (std::size_t w = silent; w < engine.waves().size(); ++w) {
    const std::int64_t width = engine.program().width(engine.waves()[w] + 1);
    ++proof.rows;
    proof.cells += width;
    proof.widest = std::max(proof.widest, width);
  }
  check_reach(engine, judged);
  check_identity(compiled, engine, silent, tolerance, judged);
  if (compiled.strict) check_intervals(compiled, engine, silent, judged);
  try_inputs(compiled, engine, single, catalog, judged);
  return judged;
}

nlohmann::ordered_json to_json(const Proof& proof) {
  nlohmann::ordered_json json{{"mode", proof.mode},
                              {"rows", proof.rows},
                              {"cells", proof.cells},
                              {"connections", proof.connections},
                              {"locality_bound", proof.locality_bound},
                              {"counting_bound", proof.counting_bound},
                              {"exact", proof.exact},
                              {"max_error", proof.max_error},
                              {"inputs_tried", proof.inputs_tried},
                              {"max_error_float32", proof.max_error_float32},
                              {"equal_labels_float32", proof.equal_labels},
                              {"identity_error", proof.identity_error},
                              {"within_reach", proof.within_reach},
                              {"widest_row", proof.widest},
                              {"strict", proof.strict}};
  if (proof.strict) {
    json["box"] = proof.box;
    json["lowest_rest"] = proof.lowest_rest;
  }
  if (!proof.placement.empty()) json["placement"] = proof.placement;
  if (proof.reach >= 0) json["longest_connection"] = proof.reach;
  if (proof.pruned_from > 0) json["pruned_from"] = proof.pruned_from;
  return json;
}

std::vector<std::string> differences(const nlohmann::ordered_json& stated, const Proof& found) {
  // What processors may round differently; a statement may be too careful, but not too bold.
  const auto rounded = [](const std::string& key) {
    return key == "max_error" || key == "max_error_float32" || key == "identity_error" ||
           key == "lowest_rest" || key == "equal_labels_float32";
  };
  constexpr double slack = 10, least = 1e-12;
  std::vector<std::string> all;
  const auto now = to_json(found);
  for (const auto& [key, value] : now.items()) {
    const auto it = stated.find(key);
    if (it == stated.end()) {
      all.push_back(fmt::format("proof.json does not state '{}'", key));
    } else if (!rounded(key)) {
      if (*it == value) continue;
      all.push_back(fmt::format("proof.json states {} = {}, found is {}", key, json_text(*it),
                                json_text(value)));
    } else if (key.find("error") != std::string::npos &&
               (!it->is_number() || value.get<double>() > slack * it->get<double>() + least ||
                it->get<double>() > slack * value.get<double>() + least)) {
      all.push_back(fmt::format("proof.json states {} = {}, found is {}", key, json_text(*it),
                                json_text(value)));
    }
  }
  return all;
}

}  // namespace glia::compile
