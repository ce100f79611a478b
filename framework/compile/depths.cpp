// SPDX-License-Identifier: MIT
// "Width requires depth": rows that each mode takes for random targets, beside the bounds.
#include "compile/depths.hpp"

#include "compile/matrix.hpp"
#include "compile/modes.hpp"
#include "compile/new_folder.hpp"
#include "compile/picture.hpp"
#include "core/files.hpp"
#include "report/chart.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace glia::compile {
namespace {

using report::ChartPanel;
using report::ChartSeries;

/// A layer n -> n of standard normal weights / sqrt(n).
DenseNetwork target(std::int64_t n, std::uint64_t seed, std::uint64_t number) {
  DenseLayer layer;
  layer.in = layer.out = n;
  layer.weight.resize(static_cast<std::size_t>(n * n));
  layer.bias.resize(static_cast<std::size_t>(n));
  RandomStream(seed, fmt::format("compile/target/{}", n), number)
      .normal(std::span<double>(layer.weight));
  for (double& w : layer.weight) w /= std::sqrt(static_cast<double>(n));
  return {.layers = {std::move(layer)}};
}

/// By how much the identity sent through all rows misses a weight, relative to the greatest.
double identity_error(const Matrix& matrix, const DenseLayer& layer) {
  double worst = 0, greatest = 0;
  for (std::int64_t j = 0; j < layer.in; ++j) {
    std::vector<double> row(static_cast<std::size_t>(matrix.inputs + matrix.pad));
    row[static_cast<std::size_t>(j)] = 1;
    for (const MatrixRow& next : matrix.rows) {
      std::vector<double> after(next.weight.size());
      for (std::size_t k = 0; k < after.size(); ++k) {
        for (std::size_t t = 0; t < 3; ++t) {
          const std::int64_t from = static_cast<std::int64_t>(k + t) + next.offset();
          if (from < 0 || from >= next.in) continue;
          after[k] += next.weight[k][t] * row[static_cast<std::size_t>(from)];
        }
      }
      row = std::move(after);
    }
    for (std::int64_t i = 0; i < layer.out; ++i) {
      const auto cell = static_cast<std::size_t>(matrix.ends[0].cells[static_cast<std::size_t>(i)]);
      worst = std::max(worst, std::abs(row[cell] - layer.at(i, j)));
      greatest = std::max(greatest, std::abs(layer.at(i, j)));
    }
  }
  return worst / greatest;
}

Depth depth_of(const ModeEntry& mode, std::int64_t width, const DepthsRequest& request) {
  Depth depth{.width = width, .mode = mode.name};
  for (std::int64_t k = 0; k < request.targets; ++k) {
    const DenseNetwork network = target(width, request.seed, static_cast<std::uint64_t>(k));
    depth.locality_bound = locality_bound(network);
    depth.counting_bound = counting_bound(network);
    try {
      Drawn drawn = mode.draw(network, 0, {.seed = request.seed});
      const Matrix matrix = make_matrix(network, drawn, 0);
      const double error = identity_error(matrix, network.layers[0]);
      if (mode.tolerance == 0 ? error != 0 : !(error <= mode.tolerance)) continue;
      const auto rows = static_cast<std::int64_t>(matrix.rows.size());
      if (depth.found++ == 0 || rows < depth.rows) {
        depth.rows = rows;
        depth.cells = matrix.cells();
      }
      depth.error = std::max(depth.error, error);
    } catch (const Error& e) {
      if (e.code() == ErrorCode::internal) throw;  // else the mode says that it cannot
    }
  }
  return depth;
}

std::string csv_of(const std::vector<Depth>& all, const DepthsRequest& request) {
  std::string text =
      "width,mode,targets,compiled,rows,cells,identity_error,locality_bound,counting_bound\n";
  for (const Depth& d : all) {
    text += fmt::format("{},{},{},{},{},{},{:.3e},{},{}\n", d.width, d.mode, request.targets,
                        d.found, d.rows, d.cells, d.error, d.locality_bound, d.counting_bound);
  }
  return text;
}

std::string figure_of(const std::vector<Depth>& all, std::int64_t targets) {
  ChartPanel rows{.x_label = "width n of the layer (n inputs, n neurons)", .y_label = "rows"};
  ChartPanel cells{.x_label = rows.x_label, .y_label = "cells", .log_x = true, .log_y = true};
  std::size_t color = 0;
  for (const ModeEntry* mode : Registry<ModeEntry>::all().entries()) {
    ChartSeries r{.name = mode->name, .color = color++, .line = false};
    ChartSeries c = r;
    for (const Depth& d : all) {
      if (d.mode != mode->name || d.found == 0) continue;
      r.points.emplace_back(d.width, d.rows);
      c.points.emplace_back(d.width, d.cells);
    }
    rows.series.push_back(std::move(r));
    cells.series.push_back(std::move(c));
  }
  ChartSeries locality{.name = "locality bound", .color = 6, .dots = false};
  ChartSeries counting{
      .name = "counting bound", .color = 7, .dots = false, .stroke = report::Stroke::dashed};
  for (const Depth& d : all) {
    if (d.mode != all.front().mode) continue;
    locality.points.emplace_back(d.width, d.locality_bound);
    counting.points.emplace_back(d.width, d.counting_bound);
  }
  rows.series.push_back(std::move(locality));
  rows.series.push_back(std::move(counting));
  return report::chart(
      "Width requires depth: random dense layers as astrocyte matrices",
      fmt::format(
          "n = {} random layers of each width; of those that a mode compiles, the fewest rows, "
          "and the cells of that one",
          targets),
      {rows, cells});
}

}  // namespace

std::vector<Depth> depths(const DepthsRequest& request) {
  constexpr std::int64_t most = 128;
  if (request.widest < 2 || request.widest > most) {
    throw Error(ErrorCode::usage,
                fmt::format("--depths takes widths from 2 to {}, not {}", most, request.widest));
  }
  NewFolder folder(request.folder);
  std::vector<Depth> all;
  for (std::int64_t n = 2; n <= request.widest; ++n) {
    for (const ModeEntry* mode : Registry<ModeEntry>::all().entries()) {
      all.push_back(depth_of(*mode, n, request));
    }
  }
  write_file(request.folder / "depths.csv", csv_of(all, request));
  write_drawing(request.folder, "depths", figure_of(all, request.targets));
  folder.keep();
  return all;
}

}  // namespace glia::compile
