// SPDX-License-Identifier: MIT
#include <glia/sdk/nearest_neighbour.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

/// Calcium drifts to the left: every cell hears itself and the two cells to its right.
/// [B,n] -> [B,n].
class Drift final : public glia::NearestNeighbourLayer {
 public:
  using NearestNeighbourLayer::NearestNeighbourLayer;

  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in, {0, 1, 2}, boundary(glia::Boundary::ring));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Drift>("drift", glia::neighbour_schema,
                                             "Calcium drifts to the left: n cells to n cells."))
