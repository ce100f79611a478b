// SPDX-License-Identifier: MIT
#include "compile/lattice.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <utility>

namespace glia::compile {

Lattice::Lattice(const std::vector<std::int64_t>& inputs) : rows_(1) {
  for (const std::int64_t place : inputs) rows_[0][place];
}

void Lattice::add(LatticeRow row) {
  const LatticeRow& before = rows_.back();
  for (const auto& [place, cell] : row) {
    for (const LatticeTap& tap : cell.taps) {
      if (std::abs(tap.from - place) <= 1 && before.count(tap.from)) continue;
      throw Error(ErrorCode::internal,
                  fmt::format("row {} of a compiled network: the cell at {} cannot hear one at {}",
                              rows_.size(), place, tap.from));
    }
  }
  rows_.push_back(std::move(row));
}

void Lattice::end_layer(std::vector<std::int64_t> places) {
  ends_.push_back({rows_.size() - 1, std::move(places)});
}

std::vector<std::int64_t> Lattice::walk(std::vector<std::int64_t> places,
                                        const std::vector<std::int64_t>& goal) {
  while (places != goal) {
    LatticeRow row;
    for (std::size_t k = 0; k < places.size(); ++k) {
      const std::int64_t from = places[k];
      places[k] += (goal[k] > from) - (goal[k] < from);
      row[places[k]].taps.push_back({.from = from, .weight = 1});
    }
    add(std::move(row));
  }
  return places;
}

void Lattice::wait() {
  LatticeRow row;
  for (const std::int64_t place : ends_.back().places) {
    row[place].taps.push_back({.from = place, .weight = 1});
  }
  add(std::move(row));
  ends_.back().row = rows_.size() - 1;
}

void Lattice::remove_dead_cells() {
  std::map<std::size_t, std::set<std::int64_t>> ends;
  for (const LayerEnd& end : ends_) ends[end.row].insert(end.places.begin(), end.places.end());
  std::set<std::int64_t> live;
  for (std::size_t r = rows_.size() - 1; r > 0; --r) {
    if (const auto end = ends.find(r); end != ends.end()) live.merge(end->second);
    std::set<std::int64_t> heard;
    for (auto it = rows_[r].begin(); it != rows_[r].end();) {
      if (!live.count(it->first)) {
        it = rows_[r].erase(it);
        continue;
      }
      for (const LatticeTap& tap : it->second.taps) {
        if (tap.weight != 0) heard.insert(tap.from);
      }
      ++it;
    }
    live = std::move(heard);
  }
}

}  // namespace glia::compile
