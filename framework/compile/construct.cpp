// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"

#include "compile/compile.hpp"
#include "compile/keep.hpp"
#include "compile/matrix.hpp"
#include "compile/measure.hpp"
#include "compile/new_folder.hpp"
#include "compile/picture.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/sealed_json.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace glia {

template <>
Registry<compile::ConstructionEntry>& Registry<compile::ConstructionEntry>::all() {
  static Registry registry;
  return registry;
}

namespace compile {
namespace {

namespace fs = std::filesystem;

/// The network that a construction is to the rest: one linear layer, in and out.
DenseNetwork shell(const Construction& made) {
  DenseLayer layer;
  layer.in = made.inputs;
  layer.out = 1;
  return {.layers = {std::move(layer)}};
}

Matrix matrix_of(const Construction& made) {
  Drawn drawn{.lattice = made.lattice};
  const DenseNetwork network = shell(made);
  Matrix matrix = make_matrix(network, drawn, padding(network));
  matrix.strict = true;
  return matrix;
}

/// The sweep that trains the same shape from twenty random starts.
std::string trained_text() {
  return "# The same shape from random starts: glia sweep trained.toml -o trained\n"
         "extends = \"pipeline.toml\"\n\n[network.matrix]\nweights = \"\"\nfreeze = false\n\n"
         "[head.outputs]\ntrain = { epochs = 60, learning_rate = 1e-2, batch_size = 128, "
         "schedule = \"cosine\" }\n\n[sweep]\nseeds = 20\n";
}

}  // namespace

const ConstructionEntry& construction_of(const ConstructRequest& request) {
  const auto* entry = Registry<ConstructionEntry>::all().find(request.name);
  if (!entry) {
    std::vector<std::string> names;
    for (const auto* other : Registry<ConstructionEntry>::all().entries()) {
      names.push_back(other->name);
    }
    const std::string hint = did_you_mean(request.name, names);
    throw Error(ErrorCode::usage, fmt::format("there is no construction '{}'", request.name),
                hint.empty() ? "constructions are " + quoted_list(names) : hint);
  }
  if (request.size >= entry->least && request.size <= entry->most) return *entry;
  throw Error(ErrorCode::usage, fmt::format("construction '{}' has sizes from {} to {}, not {}",
                                            entry->name, entry->least, entry->most, request.size));
}

nlohmann::ordered_json construct(const ConstructRequest& request, const Catalog& catalog) {
  const ConstructionEntry& entry = construction_of(request);
  NewFolder folder(request.folder);
  const Construction made = entry.make(request.size);
  const Matrix matrix = matrix_of(made);
  const CompiledFiles files{request.folder};
  write_weights(files.weights(), matrix);
  TryOut data{.name = fmt::format("{} {}", entry.name, request.size)};
  data.train_inputs = uniform(test_points, made.inputs, request.seed, "train");
  data.test_inputs = uniform(test_points, made.inputs, request.seed, "test");
  data.train_answers = values_of(made, data.train_inputs);
  data.test_answers = values_of(made, data.test_inputs);
  write_file(files.pipeline(), pipeline_on_arrays(files, matrix, "matrix", data));
  write_file(files.folder / "trained.toml", trained_text());
  const std::string svg = picture_of(matrix, data.name);
  if (!svg.empty()) write_drawing(files.folder, "picture", svg);
  const MeasuredConstruction found = measure(request, files, catalog);
  if (!found.failures.empty()) {
    throw Error(ErrorCode::numeric, "the proof fails: " + found.failures.front());
  }
  write_file(files.proof(), json_text(sealed(found.stated), 2) + '\n');
  folder.keep();
  return found.stated;
}

}  // namespace compile
}  // namespace glia
