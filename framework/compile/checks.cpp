// SPDX-License-Identifier: MIT
#include "compile/checks.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace glia::compile {
namespace {

const Stencil& stencil_of(const Engine& engine, std::size_t wave) {
  return std::get<wave::StencilOp>(engine.program().ops()[engine.waves()[wave]]).stencil;
}

at::Tensor cells_of(const std::vector<std::int64_t>& cells) {
  return at::from_blob(const_cast<std::int64_t*>(cells.data()),
                       {static_cast<std::int64_t>(cells.size())}, at::kLong)
      .clone();
}

/// A layer's rows: waves `first` .. `last` - 1, and the cells of its inputs and of its neurons.
struct Stretch {
  std::size_t first, last;
  std::vector<std::int64_t> inputs;
};

std::vector<Stretch> stretches_of(const Compiled& compiled, const Engine& engine,
                                  std::size_t silent) {
  std::vector<Stretch> all;
  std::vector<std::int64_t> inputs;
  for (std::int64_t j = 0; j < compiled.network.in(); ++j) inputs.push_back(j);
  std::size_t first = 0;
  for (const MatrixEnd& end : compiled.ends) {
    const std::size_t last = static_cast<std::size_t>(end.row) + silent;
    if (end.row < 1 || last <= first || last > engine.waves().size()) {
      throw Error(ErrorCode::data, "network.safetensors: a layer ends where there is no row",
                  "compile it again");
    }
    const std::int64_t width = stencil_of(engine, last - 1).out;
    for (const std::int64_t cell : end.cells) {
      if (cell >= 0 && cell < width) continue;
      throw Error(ErrorCode::data, "network.safetensors: a neuron stands beyond its row",
                  "compile it again");
    }
    all.push_back({first, last, inputs});
    inputs = end.cells;
    first = last;
  }
  return all;
}

/// A layer's weights [in, out], as columns of inputs.
at::Tensor transposed(const DenseLayer& layer) {
  return at::from_blob(const_cast<double*>(layer.weight.data()), {layer.out, layer.in}, at::kDouble)
      .t()
      .contiguous();
}

}  // namespace

void check_reach(const Engine& engine, Judged& judged) {
  for (std::size_t w = 0; w < engine.waves().size(); ++w) {
    const Stencil& s = stencil_of(engine, w);
    for (std::int64_t j = 0; j < s.out; ++j) {
      const auto cell = static_cast<std::size_t>(j);
      for (auto t = s.first[cell]; t < s.first[cell + 1]; ++t) {
        const std::int64_t heard = s.taps[static_cast<std::size_t>(t)];
        // Twice the distance of the places.
        if (std::abs((2 * j - s.out) - (2 * heard - s.in)) <= 2) continue;
        judged.failures.push_back(
            fmt::format("wave {}: cell {} hears cell {}, which is no "
                        "neighbour",
                        w, j, heard));
        return;
      }
    }
  }
  judged.proof.within_reach = true;
}

void check_identity(const Compiled& compiled, const Engine& engine, std::size_t silent,
                    double tolerance, Judged& judged) {
  judged.proof.exact = true;
  const auto stretches = stretches_of(compiled, engine, silent);
  for (std::size_t l = 0; l < stretches.size(); ++l) {
    const Stretch& stretch = stretches[l];
    const DenseLayer& layer = compiled.network.layers[l];
    const std::int64_t width = stencil_of(engine, stretch.first).in;
    const at::Tensor row = at::zeros({layer.in, width}, at::kDouble);
    for (std::int64_t j = 0; j < layer.in; ++j) {
      row.data_ptr<double>()[j * width + stretch.inputs[static_cast<std::size_t>(j)]] = 1;
    }
    const at::Tensor cells = cells_of(compiled.ends[l].cells), wanted = transposed(layer);
    const at::Tensor found =
        engine.stretch(stretch.first, stretch.last, row, false).index_select(1, cells);
    const double greatest =
        std::max(wanted.abs().max().item<double>(), std::numeric_limits<double>::min());
    double error = (found - wanted).abs().max().item<double>() / greatest;
    if (!std::isfinite(error)) error = INFINITY;
    bool exact = found.eq(wanted).all().item<bool>();
    if (!compiled.strict) {  // there the biases carry the resting levels too
      const at::Tensor biases =
          engine.stretch(stretch.first, stretch.last, row.slice(0, 0, 1).mul(0), true)
              .index_select(1, cells)
              .flatten();
      const at::Tensor stated =
          at::from_blob(const_cast<double*>(layer.bias.data()), {layer.out}, at::kDouble);
      exact = exact && biases.eq(stated).all().item<bool>();
      const double off = (biases - stated).abs().max().item<double>();
      error = std::max(error, std::isfinite(off) ? off : INFINITY);
    }
    judged.proof.exact = judged.proof.exact && exact;
    judged.proof.identity_error = std::max(judged.proof.identity_error, error);
    if (tolerance == 0 ? exact : std::isfinite(error) && error <= tolerance) continue;
    judged.failures.push_back(fmt::format(
        "layer {}: the identity sent through its rows misses the weights or biases by {:.3e}, "
        "allowed is {:.0e}",
        l, error, tolerance));
  }
}

void check_intervals(const Compiled& compiled, const Engine& engine, std::size_t silent,
                     Judged& judged) {
  struct Interval {
    double low = 0, high = 0;
  };
  std::vector<Interval> heard(static_cast<std::size_t>(compiled.network.in()),
                              {-compiled.box, compiled.box});
  double lowest = INFINITY, greatest = 1;
  for (std::size_t w = 0; w < engine.waves().size(); ++w) {
    const Stencil& s = stencil_of(engine, w);
    const at::Tensor weight = engine.weight(w), bias = engine.bias(w);
    std::vector<Interval> row(static_cast<std::size_t>(s.out));
    for (std::size_t j = 0; j < row.size(); ++j) {
      row[j].low = row[j].high = bias.data_ptr<double>()[j];
      for (auto t = s.first[j]; t < s.first[j + 1]; ++t) {
        const double x = weight.data_ptr<double>()[t];
        const Interval& from = heard[static_cast<std::size_t>(s.taps[static_cast<std::size_t>(t)])];
        row[j].low += x * (x > 0 ? from.low : from.high);
        row[j].high += x * (x > 0 ? from.high : from.low);
      }
      greatest = std::max({greatest, std::abs(row[j].low), std::abs(row[j].high)});
    }
    const auto rows = static_cast<std::int64_t>(w + 1 - silent);
    std::int64_t layer = -1;
    for (std::size_t l = 0; l < compiled.ends.size(); ++l) {
      if (w + 1 > silent && compiled.ends[l].row == rows) layer = static_cast<std::int64_t>(l);
    }
    const bool cuts =
        layer >= 0 &&
        compiled.network.layers[static_cast<std::size_t>(layer)].response.name == "relu";
    const std::size_t next = engine.waves()[w] + 1;
    const bool relu = next < engine.program().ops().size() &&
                      std::holds_alternative<wave::ActivationOp>(engine.program().ops()[next]);
    for (Interval& cell : row) {
      if (cuts) {
        cell = {std::max(0.0, cell.low), std::max(0.0, cell.high)};
      } else if (relu) {
        lowest = std::min(lowest, cell.low);
      }
    }
    heard = std::move(row);
  }
  judged.proof.lowest_rest = std::isfinite(lowest) ? lowest : 0;
  if (judged.proof.lowest_rest >= -1e-9 * greatest) return;
  judged.failures.push_back(
      fmt::format("strict: for inputs within +-{} a ReLU that must not cut may be given {:.3e}",
                  compiled.box, judged.proof.lowest_rest));
}

}  // namespace glia::compile
