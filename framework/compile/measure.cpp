// SPDX-License-Identifier: MIT
#include "compile/measure.hpp"

#include "compile/checks.hpp"
#include "compile/construct.hpp"
#include "compile/engine.hpp"
#include "compile/written.hpp"
#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"
#include "core/json_text.hpp"
#include "graph/size_limits.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glia::compile {
namespace {

constexpr std::int64_t line = (1 << 16) + 1;         // points of a grid in one variable
constexpr std::int64_t side = 257;                   // along each side of a square
constexpr std::int64_t columns = 2000, depth = 400;  // of a strip
constexpr double allowed = 1.01;                     // of the theory's error

/// Every point of a line, or of a square.
at::Tensor grid(std::int64_t inputs) {
  if (inputs == 1) return at::linspace(0, 1, line, at::kDouble).unsqueeze(1);
  const at::Tensor axis = at::linspace(0, 1, side, at::kDouble);
  return at::stack({axis.repeat_interleave(side), axis.repeat({side})}, 1);
}

/// The greatest distance on the grid and on random points.
double sup_error(const Construction& made, const Engine& engine, std::uint64_t seed) {
  double worst = 0;
  for (const at::Tensor& points :
       {grid(made.inputs).contiguous(), uniform(10 * test_points, made.inputs, seed, "points")}) {
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

std::int64_t nonzero(const Engine& engine) {
  std::int64_t count = 0;
  for (std::size_t w = 0; w < engine.waves().size(); ++w) {
    if (!engine.fixed(w)) count += engine.weight(w).ne(0).sum().item<std::int64_t>();
  }
  return count;
}

/// A ReLU after every row but the last.
void check_responses(const Engine& engine, std::size_t silent, Judged& judged) {
  const auto& ops = engine.program().ops();
  for (std::size_t w = silent; w + 1 < engine.waves().size(); ++w) {
    const auto* response = std::get_if<wave::ActivationOp>(&ops[engine.waves()[w] + 1]);
    if (response && response->kernel == FusedActivation::relu) continue;
    judged.failures.push_back(fmt::format("row {} has no ReLU", w + 1 - silent));
    return;
  }
}

void check_error(const nlohmann::ordered_json& found, double rounding, Judged& judged) {
  const double error = found.at("error").get<double>(), theory = found.at("theory").get<double>();
  if (error <= allowed * theory + rounding) return;
  judged.failures.push_back(
      fmt::format("the error is {:.4e}, the theory gives {:.4e}", error, theory));
}

}  // namespace

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

MeasuredConstruction measure(const ConstructRequest& request, const CompiledFiles& files,
                             const Catalog& catalog) {
  const Construction made = construction_of(request).make(request.size);
  const auto pipeline = config::load_pipeline(files.pipeline().string(), {}, catalog);
  const auto& nodes = pipeline.spec.networks;
  if (nodes.size() != 1) {
    throw Error(ErrorCode::data, files.pipeline().string() + " has not one network",
                "construct it again");
  }
  graph::CellBudget budget;
  const Engine engine(nodes[0], graph::lay_out(nodes[0], Shape::chain(made.inputs), budget),
                      at::kDouble);
  const std::size_t silent = made.inputs % 2 == 0 ? 1 : 0;  // one output: the wave `pad`
  if (engine.waves().size() <= silent ||
      engine.program().width(engine.program().ops().size()) != 1) {
    throw Error(ErrorCode::data, files.pipeline().string() + " has not one output",
                "construct it again");
  }
  Judged judged;
  check_reach(engine, judged);
  check_responses(engine, silent, judged);
  std::int64_t cells = 0;
  for (std::size_t w = silent; w < engine.waves().size(); ++w) {
    cells += engine.program().width(engine.waves()[w] + 1);
  }
  const double error =
      made.band ? strip_error(made, engine) : sup_error(made, engine, request.seed);
  const at::Tensor test = uniform(test_points, made.inputs, request.seed, "test");
  const double rms =
      std::sqrt((engine.run(test) - values_of(made, test)).square().mean().item<double>());
  MeasuredConstruction found;
  found.stated = {{"construction", request.name},
                  {"size", request.size},
                  {"seed", request.seed},
                  {"rows", engine.waves().size() - silent},
                  {"cells", cells},
                  {"connections", nonzero(engine)},
                  {"within_reach", judged.proof.within_reach},
                  {"norm", made.norm},
                  {"error", std::isfinite(error) ? error : 1e300},
                  {"theory", made.theory},
                  {"test_rms", std::isfinite(rms) ? rms : 1e300}};
  check_error(found.stated, made.rounding, judged);
  found.failures = std::move(judged.failures);
  return found;
}

std::vector<std::string> verify_construction(const CompiledFiles& files,
                                             const nlohmann::ordered_json& stated,
                                             const Catalog& catalog) {
  ConstructRequest request;
  stated.at("construction").get_to(request.name);
  stated.at("size").get_to(request.size);
  stated.at("seed").get_to(request.seed);
  MeasuredConstruction found = measure(request, files, catalog);
  constexpr double slack = 1e-6, least = 1e-14;  // processors round differently
  for (const auto& [key, value] : found.stated.items()) {
    const auto it = stated.find(key);
    if (it != stated.end() && *it == value) continue;
    const bool close = it != stated.end() && value.is_number_float() && it->is_number() &&
                       std::abs(it->get<double>() - value.get<double>()) <=
                           slack * std::abs(value.get<double>()) + least;
    if (close) continue;
    found.failures.push_back(fmt::format("proof.json states {} = {}, found is {}", key,
                                         it == stated.end() ? "nothing" : json_text(*it),
                                         json_text(value)));
  }
  return found.failures;
}

}  // namespace glia::compile
