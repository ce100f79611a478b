// SPDX-License-Identifier: MIT
// Sparse networks: neurons stand two places apart, and within a layer input and neuron walk past
// one another for as long as the longest connection asks for, all at the same time.
#include "compile/modes.hpp"
#include "compile/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace glia::compile {
namespace {

using Places = std::vector<std::int64_t>;

/// Neighbours that stand in the wrong order change places, even and odd pairs in turn, until
/// `items` are in ascending order; they stand at `first`, `first` + 1, ...
void sort_rows(Lattice& lattice, std::vector<std::int64_t> items, std::int64_t first) {
  for (std::size_t start = 0, idle = 0; idle < 2; start = 1 - start) {
    LatticeRow row;
    std::vector<std::int64_t> from(items.size());
    for (std::size_t k = 0; k < items.size(); ++k) from[k] = static_cast<std::int64_t>(k);
    bool any = false;
    for (std::size_t k = start; k + 1 < items.size(); k += 2) {
      if (items[k] <= items[k + 1]) continue;
      std::swap(items[k], items[k + 1]);
      std::swap(from[k], from[k + 1]);
      any = true;
    }
    idle = any ? 0 : idle + 1;
    if (!any) continue;
    for (std::size_t k = 0; k < items.size(); ++k) {
      row[first + static_cast<std::int64_t>(k)].taps.push_back(
          {.from = first + from[k], .weight = 1});
    }
    lattice.add(std::move(row));
  }
}

/// One layer: 2 reach + 1 rows.
class PlacedLayer {
 public:
  /// Slot s lies at place `origin` + 2 s between layers.
  PlacedLayer(const DenseLayer& layer, const Places& in, const Places& out, std::int64_t reach,
              std::int64_t origin)
      : layer_(layer), in_(in), out_(out), reach_(reach), origin_(origin) {
    for (std::size_t k = 0; k < in.size(); ++k) input_at_[in[k]] = static_cast<std::int64_t>(k);
  }

  void draw(Lattice& lattice) {
    const std::int64_t last = 2 * reach_ + 1;
    for (std::int64_t t = 1; t <= last; ++t) {
      LatticeRow row;
      for (std::size_t i = 0; i < out_.size(); ++i) neuron(i, t, row);
      for (const std::int64_t slot : in_) {
        const std::int64_t place = origin_ + 2 * slot + t;
        if (t < last) row[place].taps.push_back({.from = place - 1, .weight = 1});
      }
      lattice.add(std::move(row));
    }
  }

 private:
  void neuron(std::size_t i, std::int64_t t, LatticeRow& row) {
    const std::int64_t place = origin_ + 2 * out_[i] + 2 * reach_ - t + 1;
    const auto crossed = input_at_.find(out_[i] + reach_ - t + 1);
    const double weight =
        crossed == input_at_.end() ? 0 : layer_.at(static_cast<std::int64_t>(i), crossed->second);
    const bool born = born_.count(i) > 0;
    if (!born && weight == 0 && t <= 2 * reach_) return;
    LatticeCell& cell = row[place];
    if (weight != 0) cell.taps.push_back({.from = place, .weight = weight, .crossing = true});
    if (born) {
      cell.taps.push_back({.from = place + 1, .weight = 1});
    } else {
      cell.bias = layer_.bias[i];
      cell.birth = true;
      born_[i] = true;
    }
  }

  const DenseLayer& layer_;
  const Places &in_, &out_;
  std::int64_t reach_, origin_;
  std::map<std::int64_t, std::int64_t> input_at_;  // by slot
  std::map<std::size_t, bool> born_;
};

/// Neurons from left to right.
Places left_to_right(const Places& slots) {
  Places order(slots.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<std::int64_t>(k);
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return slots[static_cast<std::size_t>(a)] < slots[static_cast<std::size_t>(b)];
  });
  return order;
}

/// The places of a row's neurons in their order from left to right, next to one another or in
/// their slots.
Places slot_places(const Places& slots, std::int64_t origin) {
  Places places;
  for (const std::int64_t neuron : left_to_right(slots)) {
    places.push_back(origin + 2 * slots[static_cast<std::size_t>(neuron)]);
  }
  return places;
}

std::int64_t half_down(std::int64_t a) { return a >= 0 ? a / 2 : -((1 - a) / 2); }

}  // namespace

Drawn draw_placed(const DenseNetwork& network, std::int64_t pad, const Wishes& wishes) {
  const Placement placement = place(network, wishes.seed);
  const auto& slots = placement.slots;
  std::int64_t widest = network.in();
  for (const DenseLayer& layer : network.layers) widest = std::max(widest, layer.out);
  const std::int64_t origin = half_down(network.in() + pad - 1) - (widest - 1);

  Drawn drawn{.lattice = Lattice(places_from(0, network.in())), .reach = placement.reach};
  Lattice& lattice = drawn.lattice;
  // An input's rank is where it must come to stand; sorting by rank brings it there.
  Places rank(slots[0].size());
  const Places order = left_to_right(slots[0]);
  for (std::size_t k = 0; k < order.size(); ++k) {
    rank[static_cast<std::size_t>(order[k])] = static_cast<std::int64_t>(k);
  }
  sort_rows(lattice, rank, 0);
  lattice.walk(places_from(0, network.in()), slot_places(slots[0], origin));
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    PlacedLayer(network.layers[l], slots[l], slots[l + 1], placement.reach, origin).draw(lattice);
    if (l + 1 < network.layers.size()) {
      Places ends;
      for (const std::int64_t slot : slots[l + 1]) ends.push_back(origin + 2 * slot);
      lattice.end_layer(std::move(ends));
    }
  }
  const Places goal = output_places(network, pad);
  lattice.walk(slot_places(slots.back(), origin), goal);
  sort_rows(lattice, left_to_right(slots.back()), goal.front());
  lattice.end_layer(goal);
  drawn.placement = fmt::format("{}: the longest connection spans {} places", placement.found_by,
                                placement.reach);
  return drawn;
}

}  // namespace glia::compile
