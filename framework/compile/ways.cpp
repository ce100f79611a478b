// SPDX-License-Identifier: MIT
#include "compile/ways.hpp"

#include "compile/written.hpp"
#include "train/safetensors.hpp"
#include "train/start_weights.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace glia::compile {
namespace {

namespace fs = std::filesystem;

class Finder {
 public:
  explicit Finder(const Matrix& matrix) : matrix_(matrix) {}

  std::vector<Way> find() {
    std::vector<Way> ways;
    for (std::size_t r = 0; r < matrix_.rows.size(); ++r) {
      const MatrixRow& row = matrix_.rows[r];
      for (std::size_t j = 0; j < row.weight.size(); ++j) {
        int crossing = 0;
        for (std::size_t t = 0; t < 3; ++t) {
          if (!row.crossing[j][t]) continue;
          ++crossing;
          const std::int64_t from = static_cast<std::int64_t>(j + t) + row.offset();
          ways.push_back(way({r + 1, static_cast<std::int64_t>(j)}, {r, from}, row.weight[j][t]));
        }
        if (crossing > 1) return {};
      }
    }
    return ways;
  }

 private:
  Way way(Spot neuron, Spot input, double weight) const {
    std::vector<Spot> before;
    for (std::optional<Spot> at = input; at; at = source(*at)) before.push_back(*at);
    Way way{.spots = {before.rbegin(), before.rend()}, .crossing = neuron, .weight = weight};
    for (std::optional<Spot> at = neuron; at; at = target(*at)) way.spots.push_back(*at);
    return way;
  }

  /// Where a copy comes from; none where its layer begins.
  std::optional<Spot> source(const Spot& at) const {
    if (at.row == 0 || begins_layer(at.row)) return std::nullopt;
    const MatrixRow& row = matrix_.rows[at.row - 1];
    const auto j = static_cast<std::size_t>(at.cell);
    for (std::size_t t = 0; t < 3; ++t) {
      if (row.weight[j][t] == 0 || row.crossing[j][t]) continue;
      return Spot{at.row - 1, at.cell + static_cast<std::int64_t>(t) + row.offset()};
    }
    return std::nullopt;
  }

  /// Who takes over what a cell has gathered; none where its layer ends.
  std::optional<Spot> target(const Spot& at) const {
    if (at.row == matrix_.rows.size() || begins_layer(at.row)) return std::nullopt;
    const MatrixRow& row = matrix_.rows[at.row];
    for (std::int64_t j = 0; j < row.out; ++j) {
      const std::int64_t t = at.cell - j - row.offset();
      if (t < 0 || t > 2) continue;
      const auto cell = static_cast<std::size_t>(j), tap = static_cast<std::size_t>(t);
      if (row.weight[cell][tap] != 0 && !row.crossing[cell][tap]) return Spot{at.row + 1, j};
    }
    return std::nullopt;
  }

  bool begins_layer(std::size_t row) const { return row > 0 && matrix_.layer_after(row - 1) >= 0; }

  const Matrix& matrix_;
};

/// What a tensor is of: "12.slide.weight" is the weight of step 12.
struct StepName {
  std::size_t step = 0;
  std::string wave{};
};

std::optional<StepName> weight_name(const std::string& tensor) {
  StepName name;
  const auto dot = tensor.find('.'), end = tensor.rfind(".weight");
  if (dot == std::string::npos || end == std::string::npos || end + 7 != tensor.size() ||
      dot >= end)
    return std::nullopt;
  const auto* last = tensor.data() + dot;
  if (const auto [at, problem] = std::from_chars(tensor.data(), last, name.step);
      problem != std::errc() || at != last) {
    return std::nullopt;
  }
  name.wave = tensor.substr(dot + 1, end - dot - 1);
  return name;
}

/// The wave's weights and crossings, as write_weights puts them.
MatrixRow read_row(std::int64_t in, const std::string& wave, const at::Tensor& weight,
                   const at::Tensor& crossing) {
  MatrixRow row;
  row.in = in;
  row.out = in + (wave == "spread" ? 2 : wave == "gather" ? -2 : 0);
  const auto n = static_cast<std::size_t>(row.out);
  row.weight.resize(n);
  row.crossing.resize(n);
  const auto offset = static_cast<int>(row.offset());
  const Stencil stencil = Stencil::band(row.in, row.out, {offset, offset + 1, offset + 2});
  if (weight.numel() != stencil.tap_count() || crossing.numel() != stencil.tap_count() ||
      weight.scalar_type() != at::kDouble || crossing.scalar_type() != at::kBool) {
    throw Error(ErrorCode::data, fmt::format("holds no {} from {} cells to {}", wave, in, row.out),
                "compile the network again");
  }
  for (std::size_t j = 0; j < n; ++j) {
    for (auto tap = stencil.first[j]; tap < stencil.first[j + 1]; ++tap) {
      const auto t = static_cast<std::size_t>(stencil.taps[static_cast<std::size_t>(tap)] -
                                              static_cast<std::int64_t>(j) - row.offset());
      row.weight[j][t] = weight.data_ptr<double>()[tap];
      row.crossing[j][t] = crossing.data_ptr<bool>()[tap];
    }
  }
  return row;
}

}  // namespace

std::vector<Way> ways_of(const Matrix& matrix) { return Finder(matrix).find(); }

PlannedWays ways_in(const fs::path& folder, const Catalog& catalog) {
  const CompiledFiles files{folder};
  const Compiled compiled = read_compiled(files, catalog);
  const auto stored = train::load_safetensors(files.weights());
  train::check_digest(stored, files.weights(), train::Digest::required);
  const std::map<std::string, at::Tensor> tensors(stored.tensors.begin(), stored.tensors.end());
  std::map<std::size_t, std::string> waves;  // by step
  for (const auto& [name, tensor] : tensors) {
    if (auto found = weight_name(name)) waves[found->step] = found->wave;
  }
  Matrix matrix;
  matrix.inputs = compiled.network.in();
  matrix.pad = compiled.pad;
  matrix.ends = compiled.ends;
  PlannedWays planned{.node = compiled.node};
  planned.steps.push_back(compiled.pad > 0 ? 1 : 0);
  planned.widths.push_back(matrix.inputs + matrix.pad);
  try {
    for (const auto& [step, wave] : waves) {
      const std::string name = fmt::format("{}.{}.weight", step, wave);
      const at::Tensor& weight = tensors.at(name);
      const at::Tensor& crossing = tensors.at(name + train::trainable_mark);
      matrix.rows.push_back(read_row(planned.widths.back(), wave, weight, crossing));
      planned.steps.push_back(step + 1);
      planned.widths.push_back(matrix.rows.back().out);
    }
  } catch (const Error& e) {
    throw Error(e.code(), fmt::format("{}: {}", files.weights().string(), e.message()), e.hint());
  } catch (const std::out_of_range&) {
    throw Error(ErrorCode::data,
                files.weights().string() + " does not say which weights are the network's",
                "compile the network again");
  }
  planned.ways = ways_of(matrix);
  return planned;
}

}  // namespace glia::compile
