// SPDX-License-Identifier: MIT
#include "compile/bands.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace glia::compile {
namespace {

std::int64_t floor_half(std::int64_t a) { return a >= 0 ? a / 2 : -((1 - a) / 2); }

at::Tensor tensor_of(const Square& a) {
  return at::from_blob(const_cast<double*>(a.data()), {a.size(), a.size()}, at::kDouble).clone();
}

Square square_of(const at::Tensor& tensor) {
  const at::Tensor whole = tensor.contiguous();
  Square a(whole.size(0));
  std::copy_n(whole.data_ptr<double>(), whole.numel(), a.data());
  return a;
}

/// The taps of a cell of the block that hear a cell which is there.
std::vector<LatticeTap> taps_of(const BandRow& row, std::size_t p, std::int64_t place,
                                const LatticeRow& before) {
  std::vector<LatticeTap> taps;
  for (std::int64_t t = 0; t < 3; ++t) {
    const double weight = row.taps[p][static_cast<std::size_t>(t)];
    const std::int64_t from = place + t - 1;
    if (weight != 0 && before.count(from)) {
      taps.push_back({.from = from, .weight = weight, .crossing = true});
    }
  }
  if (taps.size() == 1 && taps[0].weight == 1) taps[0].crossing = false;
  return taps;
}

}  // namespace

Square Square::identity(std::int64_t n) {
  Square a(n);
  for (std::int64_t i = 0; i < n; ++i) a(i, i) = 1;
  return a;
}

Square Square::transposed() const {
  Square t(n_);
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t j = 0; j < n_; ++j) t(j, i) = (*this)(i, j);
  }
  return t;
}

Square Square::mirrored() const {
  Square m(n_);
  for (std::int64_t i = 0; i < n_; ++i) {
    for (std::int64_t j = 0; j < n_; ++j) m(i, j) = (*this)(n_ - 1 - i, n_ - 1 - j);
  }
  return m;
}

BandRow BandRow::copy(std::int64_t cells) {
  return {.taps = std::vector<std::array<double, 3>>(static_cast<std::size_t>(cells), {0, 1, 0})};
}

std::vector<double> BandRow::of(const std::vector<double>& block) const {
  const auto n = static_cast<std::int64_t>(taps.size());
  std::vector<double> out(taps.size());
  for (std::int64_t p = 0; p < n; ++p) {
    for (std::int64_t t = 0; t < 3; ++t) {
      const std::int64_t from = p + drift + t - 1;
      if (from < 0 || from >= n) continue;
      out[static_cast<std::size_t>(p)] +=
          taps[static_cast<std::size_t>(p)][static_cast<std::size_t>(t)] *
          block[static_cast<std::size_t>(from)];
    }
  }
  return out;
}

BandRow BandRow::mirrored() const {
  BandRow other{.drift = -drift, .taps = {taps.rbegin(), taps.rend()}};
  for (auto& cell : other.taps) std::swap(cell[0], cell[2]);
  return other;
}

BlockPlace::BlockPlace(const DenseLayer& layer, std::int64_t row)
    : cells(std::max(layer.in, layer.out)) {
  first = floor_half(row - cells);
  x = floor_half(row - layer.in) - first;
  y = floor_half(row - layer.out) - first;
}

void add_block(Lattice& lattice, const DenseLayer& layer, const BlockPlace& place,
               const std::vector<BandRow>& rows) {
  std::int64_t offset = place.first;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const bool last = r + 1 == rows.size();
    offset += rows[r].drift;
    LatticeRow row;
    for (std::size_t p = 0; p < rows[r].taps.size(); ++p) {
      const auto cell = static_cast<std::int64_t>(p);
      const bool neuron = last && cell >= place.y && cell < place.y + layer.out;
      if (last && !neuron) continue;
      auto taps = taps_of(rows[r], p, offset + cell, lattice.rows().back());
      if (taps.empty() && !neuron) continue;
      LatticeCell& made = row[offset + cell];
      made.taps = std::move(taps);
      if (!neuron) continue;
      made.bias = layer.bias[static_cast<std::size_t>(cell - place.y)];
      made.birth = true;
    }
    lattice.add(std::move(row));
  }
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < layer.out; ++i) places.push_back(offset + place.y + i);
  lattice.end_layer(std::move(places));
}

Singular singular_values(const Square& a) {
  const auto [u, s, vt] = at::linalg_svd(tensor_of(a), /*full_matrices=*/true);
  const at::Tensor values = s.contiguous();
  return {square_of(u),
          {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()},
          square_of(vt)};
}

Square in_block(const DenseLayer& layer, const BlockPlace& place) {
  Square a(place.cells);
  for (std::int64_t i = 0; i < layer.out; ++i) {
    for (std::int64_t j = 0; j < layer.in; ++j) a(place.y + i, place.x + j) = layer.at(i, j);
  }
  return a;
}

}  // namespace glia::compile
