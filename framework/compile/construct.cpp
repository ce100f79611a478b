// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"

#include "compile/engine.hpp"
#include "compile/keep.hpp"
#include "compile/matrix.hpp"
#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "graph/size_limits.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
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

constexpr std::int64_t samples = 10000;
constexpr std::int64_t line = (1 << 16) + 1;         // points of a grid in one variable
constexpr std::int64_t side = 257;                   // along each side of a square
constexpr std::int64_t columns = 2000, depth = 400;  // of a strip

const ConstructionEntry& entry_of(const ConstructRequest& request) {
  const auto* entry = Registry<ConstructionEntry>::all().find(request.name);
  if (!entry) {
    std::vector<std::string> names;
    for (const auto* other : Registry<ConstructionEntry>::all().entries()) {
      names.push_back(other->name);
    }
    const std::string hint = did_you_mean(request.name, names);
    throw Error(ErrorCode::usage, "there is no construction '" + request.name + "'",
                hint.empty() ? "constructions are " + quoted_list(names) : hint);
  }
  if (request.size >= entry->least && request.size <= entry->most) return *entry;
  throw Error(ErrorCode::usage, fmt::format("construction '{}' has sizes from {} to {}, not {}",
                                            entry->name, entry->least, entry->most, request.size));
}

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

/// Adds the inputs' own grid: every point of a line, or of a square.
at::Tensor grid(std::int64_t inputs) {
  if (inputs == 1) return at::linspace(0, 1, line, at::kDouble).unsqueeze(1);
  const at::Tensor axis = at::linspace(0, 1, side, at::kDouble);
  return at::stack({axis.repeat_interleave(side), axis.repeat({side})}, 1);
}

at::Tensor uniform(std::int64_t count, std::int64_t inputs, std::uint64_t seed, const char* use) {
  at::Tensor all = at::empty({count, inputs}, at::kDouble);
  RandomStream(seed, std::string("compile/") + use, 0)
      .uniform(std::span<double>(all.data_ptr<double>(), static_cast<std::size_t>(all.numel())), 0,
               1);
  return all;
}

at::Tensor values_of(const Construction& made, const at::Tensor& inputs) {
  at::Tensor values = at::empty({inputs.size(0), 1}, at::kDouble);
  for (std::int64_t k = 0; k < inputs.size(0); ++k) {
    values.data_ptr<double>()[k] = made.function(inputs.data_ptr<double>() + k * inputs.size(1));
  }
  return values;
}

/// The greatest distance on the grid and on random points.
double sup_error(const Construction& made, const Engine& engine, std::uint64_t seed) {
  double worst = 0;
  for (const at::Tensor& points :
       {grid(made.inputs).contiguous(), uniform(samples * 10, made.inputs, seed, "points")}) {
    const at::Tensor miss = engine.run(points) - values_of(made, points);
    worst = std::max(worst, miss.abs().max().item<double>());
  }
  return worst;
}

/// The root of the mean square over the square, all of which lies in a strip.
double strip_error(const Construction& made, const Engine& engine) {
  double sum = 0;
  for (std::int64_t c = 0; c < columns; ++c) {
    const double x = (static_cast<double>(c) + 0.5) / columns;
    const auto [low, high] = made.band(&x);
    at::Tensor points = at::empty({depth, 2}, at::kDouble);
    for (std::int64_t k = 0; k < depth; ++k) {
      points.data_ptr<double>()[2 * k] = x;
      points.data_ptr<double>()[2 * k + 1] =
          low + (high - low) * (static_cast<double>(k) + 0.5) / depth;
    }
    const at::Tensor miss = engine.run(points) - values_of(made, points);
    sum += miss.square().mean().item<double>() * (high - low) / columns;
  }
  return std::sqrt(sum);
}

std::int64_t nonzero(const Matrix& matrix) {
  std::int64_t count = 0;
  for (const MatrixRow& row : matrix.rows) {
    for (const auto& taps : row.weight) {
      count += std::count_if(taps.begin(), taps.end(), [](double w) { return w != 0; });
    }
  }
  return count;
}

}  // namespace

nlohmann::ordered_json construct(const ConstructRequest& request, const Catalog& catalog) {
  const ConstructionEntry& entry = entry_of(request);
  if (fs::exists(request.folder)) {
    throw Error(ErrorCode::usage, request.folder.string() + " is there already",
                "choose a new folder with -o DIR; nothing is overwritten");
  }
  const Construction made = entry.make(request.size);
  const Matrix matrix = matrix_of(made);
  fs::create_directories(request.folder);
  const CompiledFiles files{request.folder};
  write_weights(files.weights(), matrix);
  TryOut data{.name = fmt::format("{} {}", entry.name, request.size)};
  data.train_inputs = uniform(samples, made.inputs, request.seed, "train");
  data.test_inputs = uniform(samples, made.inputs, request.seed, "test");
  data.train_answers = values_of(made, data.train_inputs);
  data.test_answers = values_of(made, data.test_inputs);
  write_file(files.pipeline(), pipeline_on_arrays(files, matrix, "matrix", data));

  const auto pipeline = config::load_pipeline(files.pipeline().string(), {}, catalog);
  const auto& node = pipeline.spec.networks.front();
  graph::CellBudget budget;
  const Engine engine(node, graph::lay_out(node, Shape::chain(made.inputs), budget), at::kDouble);
  const double error =
      made.band ? strip_error(made, engine) : sup_error(made, engine, request.seed);
  nlohmann::ordered_json found{{"construction", entry.name},
                               {"size", request.size},
                               {"rows", matrix.rows.size()},
                               {"cells", matrix.cells()},
                               {"connections", nonzero(matrix)},
                               {"norm", made.norm},
                               {"error", error},
                               {"theory", made.theory}};
  write_file(files.proof(), found.dump(2) + '\n');
  return found;
}

}  // namespace compile
}  // namespace glia
