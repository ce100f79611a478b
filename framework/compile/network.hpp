// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace glia::compile {

/// What the neurons of a layer answer with: an activation plugin and its complete settings.
struct Response {
  std::string name = "identity";
  ValueMap settings{};

  bool linear() const { return name == "identity"; }
};

/// A layer of neurons, y = phi(A x + b); connections that are masked have weight 0.
struct DenseLayer {
  std::int64_t in = 0, out = 0;
  std::vector<double> weight;  ///< A [out][in]
  std::vector<double> bias;    ///< b [out]
  Response response{};

  double at(std::int64_t i, std::int64_t j) const {
    return weight[static_cast<std::size_t>(i * in + j)];
  }
  /// Weights other than 0.
  std::int64_t connections() const;
  bool full() const { return connections() == in * out; }
};

/// Layers in order, each as wide as the next one reads; at least one.
struct DenseNetwork {
  std::vector<DenseLayer> layers;

  std::int64_t in() const { return layers.front().in; }
  std::int64_t out() const { return layers.back().out; }
  std::int64_t connections() const;
};

/// The fewest rows that any matrix of nearest neighbours needs: a cell hears one cell to either
/// side, so a layer in which every one of n neurons is heard by every one of m takes
/// ceil((n + m) / 2) - 1 rows, wherever the neurons lie; a sparse one as many as its greatest
/// fan-in or fan-out asks for; and none less than one.
std::int64_t locality_bound(const DenseNetwork& network);

/// The fewest rows whose free weights are as many as the connections, no row being wider than
/// the wider side w of its layer: 3 w - 2 weights a row, w of which only scale its cells.
std::int64_t counting_bound(const DenseNetwork& network);

/// Error (configuration) that names `file` and the layer if layers are missing, empty, do not fit
/// one another or hold a number that is not finite or does not fit into 32 bits.
void check_network(const DenseNetwork& network, const std::string& file);

}  // namespace glia::compile
