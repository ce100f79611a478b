// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/stencil.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia {

/// One number per tap of a stencil, in the order of taps: `weight(cell, heard)`, where `cell` of
/// the row that listens hears cell `heard` of the row before. For `StencilLayer::fixed_weights`.
///
///     return glia::tap_weights(stencil(in), [](auto cell, auto heard) {
///       return cell == heard ? 0.8 : 0.1; });
template <class Weight>
std::vector<double> tap_weights(const Stencil& stencil, Weight weight) {
  std::vector<double> all;
  for (std::int64_t cell = 0; cell < stencil.out; ++cell) {
    const auto j = static_cast<std::size_t>(cell);
    for (auto t = stencil.first[j]; t < stencil.first[j + 1]; ++t) {
      all.push_back(weight(cell, std::int64_t{stencil.taps[static_cast<std::size_t>(t)]}));
    }
  }
  return all;
}

}  // namespace glia
