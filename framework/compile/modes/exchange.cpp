// SPDX-License-Identifier: MIT
#include "compile/modes.hpp"
#include "compile/placement.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace glia::compile::modes::exchange {
namespace {

/// Input k of a layer and its neuron i, side by side, change places in one row, and the neuron takes
/// up a_ik x_k: n + m - 1 rows, in which every pair meets once. A neuron is born at its first
/// crossing, with its bias; an input dies at its last. All other cells copy.
class Exchange {
 public:
  /// The layer reads neurons at `first` .. `first + in - 1`.
  Exchange(const DenseLayer& layer, std::int64_t first) : layer_(layer) {
    for (std::int64_t k = 0; k < layer.in; ++k) x_[k] = first + k;
  }

  void draw(Lattice& lattice) {
    for (std::int64_t t = 1; t < layer_.in + layer_.out; ++t) row(t, lattice);
  }

 private:
  void row(std::int64_t t, Lattice& lattice) {
    LatticeRow row;
    std::map<std::int64_t, std::int64_t> x, y;
    for (std::int64_t i = 0; i < layer_.out; ++i) {
      const std::int64_t k = layer_.in - (t - i);  // the input that neuron i crosses
      if (k >= 0 && k < layer_.in) {
        cross(i, k, row, x, y);
      } else if (const auto waiting = y_.find(i); waiting != y_.end()) {
        y[i] = waiting->second;
        row[waiting->second].taps.push_back({.from = waiting->second, .weight = 1});
      }
    }
    for (const auto& [k, place] : x_) {
      const std::int64_t i = t - (layer_.in - k);  // the neuron that it crosses now
      if (i >= 0 && i < layer_.out) continue;
      x[k] = place;
      row[place].taps.push_back({.from = place, .weight = 1});
    }
    x_ = std::move(x);
    y_ = std::move(y);
    lattice.add(std::move(row));
  }

  void cross(std::int64_t i, std::int64_t k, LatticeRow& row,
             std::map<std::int64_t, std::int64_t>& x, std::map<std::int64_t, std::int64_t>& y) {
    const std::int64_t place = x_.at(k);
    LatticeCell& cell = row[place];
    cell.taps.push_back({.from = place, .weight = layer_.at(i, k), .crossing = true});
    if (const auto born = y_.find(i); born != y_.end()) {
      cell.taps.push_back({.from = born->second, .weight = 1});
    } else {
      cell.bias = layer_.bias[static_cast<std::size_t>(i)];
      cell.birth = true;
    }
    y[i] = place;
    if (i == layer_.out - 1) return;
    x[k] = place + 1;
    row[place + 1].taps.push_back({.from = place, .weight = 1});
  }

  const DenseLayer& layer_;
  std::map<std::int64_t, std::int64_t> x_, y_;  // places by input and by neuron
};

/// Whether every neuron hears somebody: one that does not may have its slot where no input has come
/// yet, and rows are only as wide as what inputs reach.
bool all_hear(const DenseNetwork& network) {
  for (const DenseLayer& layer : network.layers) {
    for (std::int64_t i = 0; i < layer.out; ++i) {
      const auto row = layer.weight.begin() + i * layer.in;
      if (std::all_of(row, row + layer.in, [](double w) { return w == 0; })) return false;
    }
  }
  return true;
}

/// Whether connections are missing, and the shortest that there can be would save rows.
bool worth_placing(const DenseNetwork& network, const Lattice& lattice) {
  const auto full = [](const DenseLayer& layer) { return layer.full(); };
  if (!all_hear(network)) return false;
  if (std::all_of(network.layers.begin(), network.layers.end(), full)) return false;
  const auto layers = static_cast<std::int64_t>(network.layers.size());
  const std::int64_t rows = layers * (2 * least_reach(network) + 1);
  return rows + 1 < static_cast<std::int64_t>(lattice.rows().size());
}

Drawn draw(const DenseNetwork& network, std::int64_t pad, const Wishes& wishes) {
  Drawn drawn{.lattice = Lattice(places_from(0, network.in()))};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    Exchange(network.layers[l], 0).draw(drawn.lattice);
    const auto places = places_from(0, network.layers[l].out);
    const bool last = l + 1 == network.layers.size();
    drawn.lattice.end_layer(last ? drawn.lattice.walk(places, output_places(network, pad))
                                 : places);
  }
  if (!wishes.place || !worth_placing(network, drawn.lattice)) return drawn;
  Drawn placed = draw_placed(network, pad, wishes);
  const bool shorter = placed.lattice.rows().size() < drawn.lattice.rows().size();
  if (shorter) return placed;
  drawn.placement = placed.placement + ": no fewer rows than without it";
  return drawn;
}

const Registered<ModeEntry> registered([] {
  ModeEntry mode;
  mode.name = "exchange";
  mode.doc = "Inputs and neurons change places, a crossing for each connection: exact to the bit.";
  mode.tolerance = 0;
  mode.draw = draw;
  return mode;
}());

}  // namespace
}  // namespace glia::compile::modes::exchange
