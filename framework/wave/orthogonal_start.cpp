// SPDX-License-Identifier: MIT
#include "wave/orthogonal_start.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace glia::wave {
namespace {

constexpr int iterations = 200;
constexpr double step = 0.25;

/// For every row (or column): the columns (rows) that it meets, and by which weight.
using Lines = std::vector<std::vector<std::pair<std::size_t, std::size_t>>>;

}  // namespace

void make_near_orthogonal(const Stencil& stencil, std::span<double> weights) {
  Lines cells(static_cast<std::size_t>(stencil.out)), inputs(static_cast<std::size_t>(stencil.in));
  for (std::size_t j = 0; j < cells.size(); ++j) {
    for (auto t = static_cast<std::size_t>(stencil.first[j]);
         t < static_cast<std::size_t>(stencil.first[j + 1]); ++t) {
      const auto i = static_cast<std::size_t>(stencil.taps[t]);
      cells[j].emplace_back(i, t);
      inputs[i].emplace_back(j, t);
    }
  }
  // The Gram matrix of the fewer vectors is the one that can be the identity.
  const bool narrowing = stencil.out <= stencil.in;
  const Lines &lines = narrowing ? cells : inputs, &across = narrowing ? inputs : cells;
  std::vector<double> gram(lines.size()), gradient(weights.size());
  for (int i = 0; i < iterations; ++i) {
    for (std::size_t a = 0; a < lines.size(); ++a) {
      for (const auto& [k, u] : lines[a]) {
        for (const auto& [b, v] : across[k]) gram[b] = 0;
      }
      for (const auto& [k, u] : lines[a]) {
        for (const auto& [b, v] : across[k]) gram[b] += weights[u] * weights[v];
      }
      gram[a] -= 1;
      for (const auto& [k, u] : lines[a]) {
        gradient[u] = 0;
        for (const auto& [b, v] : across[k]) gradient[u] += gram[b] * weights[v];
      }
    }
    for (std::size_t t = 0; t < weights.size(); ++t) weights[t] -= step * gradient[t];
  }
}

}  // namespace glia::wave
