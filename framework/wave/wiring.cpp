// SPDX-License-Identifier: MIT
#include "wave/wiring.hpp"

#include <algorithm>
#include <utility>

namespace glia::wave {
namespace {

bool all_threes(const Stencil& stencil) {
  for (std::size_t j = 0; j < stencil.first.size(); ++j) {
    if (stencil.first[j] != static_cast<std::int32_t>(3 * j)) return false;
  }
  return true;
}

using Table = std::vector<std::int32_t>;

/// to[e]: one past all that cells before e have among their taps.
Table reach_to(const Table& first, const Table& taps) {
  Table to(first.size(), 0);
  for (std::size_t j = 0; j + 1 < first.size(); ++j) {
    to[j + 1] = to[j];
    for (auto t = first[j]; t < first[j + 1]; ++t) {
      to[j + 1] = std::max(to[j + 1], taps[static_cast<std::size_t>(t)] + 1);
    }
  }
  return to;
}

/// from[e]: the first of `all` that cell e or a later one has among its taps.
Table reach_from(const Table& first, const Table& taps, std::int64_t all) {
  Table from(first.size(), static_cast<std::int32_t>(all));
  for (std::size_t j = first.size() - 1; j-- > 0;) {
    from[j] = from[j + 1];
    for (auto t = first[j]; t < first[j + 1]; ++t) {
      from[j] = std::min(from[j], taps[static_cast<std::size_t>(t)]);
    }
  }
  return from;
}

}  // namespace

Wiring::Wiring(const Stencil& s)
    : in(s.in), out(s.out), first(s.first), taps(s.taps), threes(all_threes(s)) {
  back_first.assign(static_cast<std::size_t>(in) + 1, 0);
  for (const auto k : taps) ++back_first[static_cast<std::size_t>(k) + 1];
  for (std::size_t k = 0; k < static_cast<std::size_t>(in); ++k) {
    back_first[k + 1] += back_first[k];
  }
  back_cells.resize(taps.size());
  back_taps.resize(taps.size());
  back_places.resize(taps.size());
  auto next = back_first;
  for (std::int32_t j = 0; j < out; ++j) {
    for (auto t = first[static_cast<std::size_t>(j)]; t < first[static_cast<std::size_t>(j) + 1];
         ++t) {
      const auto k = static_cast<std::size_t>(taps[static_cast<std::size_t>(t)]);
      const auto place = static_cast<std::size_t>(next[k]++);
      back_cells[place] = j;
      back_taps[place] = t;
      back_places[static_cast<std::size_t>(t)] = static_cast<std::int32_t>(place);
    }
  }
  heard_to = reach_to(first, taps);
  heard_from = reach_from(first, taps, in);
  hears_to = reach_to(back_first, back_cells);
  hears_from = reach_from(back_first, back_cells, out);
}

std::shared_ptr<const Wiring> Wirings::of(const Stencil& stencil) {
  std::vector<std::int32_t> key{static_cast<std::int32_t>(stencil.in)};
  key.insert(key.end(), stencil.first.begin(), stencil.first.end());
  key.insert(key.end(), stencil.taps.begin(), stencil.taps.end());
  auto& wiring = made_[std::move(key)];
  if (!wiring) wiring = std::make_shared<const Wiring>(stencil);
  return wiring;
}

}  // namespace glia::wave
