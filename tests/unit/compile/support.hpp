// SPDX-License-Identifier: MIT
// Networks of random numbers, and matrices run cell by cell, without the engine.
#pragma once

#include "compile/matrix.hpp"
#include "compile/modes.hpp"
#include "compile/network.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace compiling {

using namespace glia;
using namespace glia::compile;

class Drawing {
 public:
  explicit Drawing(unsigned seed) : engine_(seed) {}

  double normal() { return std::normal_distribution<double>()(engine_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(engine_); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  std::vector<std::int64_t> permutation(std::int64_t n) {
    auto all = places_from(0, n);
    std::shuffle(all.begin(), all.end(), engine_);
    return all;
  }

  /// `density`: the chance that a connection is there.
  DenseLayer layer(std::int64_t in, std::int64_t out, double density = 1) {
    DenseLayer made;
    made.in = in;
    made.out = out;
    for (std::int64_t k = 0; k < in * out; ++k) {
      made.weight.push_back(chance(density) ? normal() / std::sqrt(static_cast<double>(in)) : 0);
    }
    for (std::int64_t i = 0; i < out; ++i) made.bias.push_back(normal());
    return made;
  }

  DenseNetwork network(const std::vector<std::int64_t>& sizes, double density = 1) {
    DenseNetwork made;
    for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
      made.layers.push_back(layer(sizes[l], sizes[l + 1], density));
    }
    return made;
  }

  /// Full bands of `reach` to either side, with the neurons of every layer shuffled.
  DenseNetwork planted(std::int64_t n, int layers, std::int64_t reach) {
    std::vector<std::vector<std::int64_t>> orders;
    for (int l = 0; l <= layers; ++l) orders.push_back(permutation(n));
    DenseNetwork made = network(std::vector<std::int64_t>(static_cast<std::size_t>(layers) + 1, n));
    for (std::size_t l = 0; l < made.layers.size(); ++l) {
      for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
          const auto to = orders[l + 1][static_cast<std::size_t>(i)];
          const auto from = orders[l][static_cast<std::size_t>(j)];
          if (std::abs(to - from) > reach)
            made.layers[l].weight[static_cast<std::size_t>(i * n + j)] = 0;
        }
      }
    }
    return made;
  }

 private:
  std::mt19937 engine_;
};

inline Matrix compiled(const DenseNetwork& network, const std::string& mode,
                       const Wishes& wishes = {}) {
  const std::int64_t pad = padding(network);
  Drawn drawn = Registry<ModeEntry>::all().at(mode).draw(network, pad, wishes);
  return make_matrix(network, drawn, pad);
}

/// A row of cells through one row of a matrix, without its response.
inline std::vector<double> heard(const MatrixRow& row, const std::vector<double>& before,
                                 bool with_bias) {
  std::vector<double> after;
  for (std::size_t j = 0; j < row.weight.size(); ++j) {
    double sum = with_bias ? row.bias[j] : 0;
    for (std::size_t t = 0; t < 3; ++t) {
      const std::int64_t from = static_cast<std::int64_t>(j + t) + row.offset();
      if (from >= 0 && from < row.in)
        sum += row.weight[j][t] * before[static_cast<std::size_t>(from)];
    }
    after.push_back(sum);
  }
  return after;
}

/// The greatest distance between a layer's weights and what the identity becomes in its rows; a
/// negative number if a bit differs, but no distance shows it.
inline double identity_error(const Matrix& matrix, const DenseNetwork& network) {
  std::vector<std::int64_t> inputs = places_from(0, network.in());
  std::int64_t first = 0;
  double worst = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l];
    for (std::int64_t j = 0; j < layer.in; ++j) {
      std::vector<double> row(
          static_cast<std::size_t>(matrix.rows[static_cast<std::size_t>(first)].in));
      row[static_cast<std::size_t>(inputs[static_cast<std::size_t>(j)])] = 1;
      for (std::int64_t r = first; r < matrix.ends[l].row; ++r) {
        row = heard(matrix.rows[static_cast<std::size_t>(r)], row, false);
      }
      for (std::int64_t i = 0; i < layer.out; ++i) {
        const auto cell =
            static_cast<std::size_t>(matrix.ends[l].cells[static_cast<std::size_t>(i)]);
        worst = std::max(worst, std::abs(row[cell] - layer.at(i, j)));
      }
    }
    inputs = matrix.ends[l].cells;
    first = matrix.ends[l].row;
  }
  return worst;
}

/// n + m - 1 rows a layer, and as many as it takes to centre the outputs.
inline std::int64_t exchange_rows(const DenseNetwork& network) {
  std::int64_t rows = 0;
  for (const DenseLayer& layer : network.layers) rows += layer.in + layer.out - 1;
  return rows + std::abs((network.in() + padding(network) - network.out()) / 2);
}

}  // namespace compiling
