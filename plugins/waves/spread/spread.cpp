// SPDX-License-Identifier: MIT
#include <glia/sdk/nearest_neighbour.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

/// Calcium fans out: cell j hears cells j-2, j-1 and j of the row before. [B,n] -> [B,n+2].
class Spread final : public glia::NearestNeighbourLayer {
 public:
  using NearestNeighbourLayer::NearestNeighbourLayer;

  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in + 2, {-2, -1, 0}, boundary(glia::Boundary::open));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Spread>("spread", glia::neighbour_schema,
                                              "Calcium fans out: n cells to n + 2 cells."))
