// SPDX-License-Identifier: MIT
#include <glia/sdk/nearest_neighbour.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

/// Calcium moves straight on: each cell hears itself and its two neighbours. [B,n] -> [B,n].
class Slide final : public glia::NearestNeighbourLayer {
 public:
  using NearestNeighbourLayer::NearestNeighbourLayer;

  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in, {-1, 0, 1}, boundary(glia::Boundary::ring));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Slide>("slide", glia::neighbour_schema,
                                             "Calcium moves straight on: n cells to n cells."))
