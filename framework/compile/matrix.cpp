// SPDX-License-Identifier: MIT
#include "compile/matrix.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace glia::compile {
namespace {

/// Widths of all rows: each holds its live cells, neighbours differ by at most two cells.
std::vector<std::int64_t> widths_of(const Lattice& lattice, std::int64_t row_0, std::int64_t out) {
  const std::int64_t centre = row_0 - 1;  // twice its place
  std::vector<std::int64_t> width;
  for (const LatticeRow& row : lattice.rows()) {
    std::int64_t needed = 2 - row_0 % 2;
    for (const auto& [place, cell] : row) {
      needed = std::max(needed, std::abs(2 * place - centre) + 1);
    }
    width.push_back(needed);
  }
  width.front() = row_0;
  width.back() = out;
  for (std::size_t r = 1; r < width.size(); ++r) width[r] = std::max(width[r], width[r - 1] - 2);
  for (std::size_t r = width.size() - 1; r-- > 0;) width[r] = std::max(width[r], width[r + 1] - 2);
  if (width.front() != row_0) {
    throw Error(ErrorCode::internal, "a compiled network has cells that no input can reach");
  }
  return width;
}

MatrixRow make_row(const LatticeRow& row, std::int64_t in, std::int64_t out, std::int64_t first) {
  const auto n = static_cast<std::size_t>(out);
  MatrixRow made{.in = in,
                 .out = out,
                 .weight = std::vector<std::array<double, 3>>(n),
                 .crossing = std::vector<std::array<bool, 3>>(n),
                 .bias = std::vector<double>(n),
                 .birth = std::vector<bool>(n)};
  for (const auto& [place, cell] : row) {
    const auto j = static_cast<std::size_t>(place - first);
    for (const LatticeTap& tap : cell.taps) {
      const auto t = static_cast<std::size_t>(tap.from - place + 1);
      made.weight[j][t] += tap.weight;
      made.crossing[j][t] = tap.crossing && tap.weight != 0;
    }
    made.bias[j] = cell.bias;
    made.birth[j] = cell.birth;
  }
  return made;
}

/// A softmax hears the whole row: cells that are no neurons must have no share in it. Whether other
/// activations make something of a silent cell does not matter, as nobody hears it.
void silence_others(MatrixRow& row, const MatrixEnd& end) {
  std::vector<bool> neuron(row.bias.size());
  for (const std::int64_t cell : end.cells) neuron[static_cast<std::size_t>(cell)] = true;
  for (std::size_t j = 0; j < neuron.size(); ++j) {
    if (!neuron[j]) row.bias[j] = silence;
  }
}

struct Interval {
  double low = 0, high = 0;

  void add(double weight, const Interval& other) {
    low += weight * (weight > 0 ? other.low : other.high);
    high += weight * (weight > 0 ? other.high : other.low);
  }
};

}  // namespace

bool MatrixRow::has_bias() const {
  return std::any_of(bias.begin(), bias.end(), [](double b) { return b != 0; }) ||
         std::any_of(birth.begin(), birth.end(), [](bool b) { return b; });
}

std::int64_t Matrix::cells() const {
  std::int64_t sum = 0;
  for (const MatrixRow& row : rows) sum += row.out;
  return sum;
}

std::int64_t Matrix::widest() const {
  std::int64_t most = inputs + pad;
  for (const MatrixRow& row : rows) most = std::max(most, row.out);
  return most;
}

std::int64_t Matrix::layer_after(std::size_t row) const {
  for (std::size_t l = 0; l < ends.size(); ++l) {
    if (ends[l].row == static_cast<std::int64_t>(row) + 1) return static_cast<std::int64_t>(l);
  }
  return -1;
}

Matrix make_matrix(const DenseNetwork& network, Drawn& drawn, std::int64_t pad) {
  drawn.lattice.remove_dead_cells();
  const std::int64_t row_0 = network.in() + pad;
  auto width = widths_of(drawn.lattice, row_0, network.out());
  if (width.back() > network.out()) {
    // Neurons that nobody hears stand so far out that the rows cannot narrow in time.
    for (auto k = network.out(); k < width.back(); k += 2) drawn.lattice.wait();
    width = widths_of(drawn.lattice, row_0, network.out());
  }
  const auto& rows = drawn.lattice.rows();
  const auto first = [&](std::size_t r) { return (row_0 - width[r]) / 2; };
  Matrix matrix;
  matrix.inputs = network.in();
  matrix.pad = pad;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    matrix.rows.push_back(make_row(rows[r], width[r - 1], width[r], first(r)));
  }
  for (const LayerEnd& end : drawn.lattice.ends()) {
    MatrixEnd cells{.row = static_cast<std::int64_t>(end.row), .cells = {}};
    for (const std::int64_t place : end.places) cells.cells.push_back(place - first(end.row));
    matrix.ends.push_back(std::move(cells));
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Response& response = network.layers[l].response;
    matrix.responses.push_back(response);
    if (response.name != "softmax") continue;
    const MatrixEnd& end = matrix.ends[l];
    silence_others(matrix.rows[static_cast<std::size_t>(end.row - 1)], end);
  }
  return matrix;
}

void make_strict(Matrix& matrix, double box) {
  for (std::size_t l = 0; l < matrix.responses.size(); ++l) {
    const Response& response = matrix.responses[l];
    if (response.name == "relu" || response.linear()) continue;
    throw Error(ErrorCode::configuration,
                fmt::format("--strict gives every row a ReLU, but layer {} answers with '{}'", l,
                            response.name),
                "leave out --strict: other activations stand after the last row of their layer");
  }
  matrix.strict = true;
  matrix.box = box;
  std::vector<Interval> heard(static_cast<std::size_t>(matrix.inputs + matrix.pad));
  std::vector<double> rest(heard.size());
  for (std::int64_t j = 0; j < matrix.inputs; ++j) heard[static_cast<std::size_t>(j)] = {-box, box};
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    MatrixRow& row = matrix.rows[r];
    const std::int64_t layer = matrix.layer_after(r);
    const bool cut = layer >= 0 && matrix.responses[static_cast<std::size_t>(layer)].name == "relu";
    const bool last = r + 1 == matrix.rows.size();
    std::vector<Interval> carried(row.bias.size());
    std::vector<double> level(row.bias.size());
    for (std::size_t j = 0; j < carried.size(); ++j) {
      carried[j] = {row.bias[j], row.bias[j]};
      for (std::size_t t = 0; t < 3; ++t) {
        const std::int64_t from = static_cast<std::int64_t>(j + t) + row.offset();
        const double weight = row.weight[j][t];
        if (weight == 0 || from < 0 || from >= row.in) continue;
        carried[j].add(weight, heard[static_cast<std::size_t>(from)]);
        row.bias[j] -= weight * rest[static_cast<std::size_t>(from)];
      }
      if (cut) carried[j] = {std::max(0.0, carried[j].low), std::max(0.0, carried[j].high)};
      level[j] = cut || last ? 0 : std::max(0.0, -carried[j].low);
      row.bias[j] += level[j];
    }
    heard = std::move(carried);
    rest = std::move(level);
  }
}

}  // namespace glia::compile
