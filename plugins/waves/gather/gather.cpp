// SPDX-License-Identifier: MIT
#include <glia/sdk/nearest_neighbour.hpp>
#include <glia/sdk/plugin.hpp>

#include <algorithm>

namespace {

/// Calcium draws together: cell j hears cells j, j+1 and j+2 of the row before. [B,n] -> [B,n-2].
///
/// The published code closes a ring over the first n-2 cells instead (j hears j-1, j, j+1) and
/// never reads the last two: a defect, kept under semantics = "published".
class Gather final : public glia::NearestNeighbourLayer {
 public:
  using NearestNeighbourLayer::NearestNeighbourLayer;

  glia::Stencil stencil(std::int64_t in) const override {
    const std::int64_t out = std::max<std::int64_t>(in - 2, 1);
    if (options().published()) {
      return glia::Stencil::band(in, out, {-1, 0, 1}, boundary(glia::Boundary::ring), out);
    }
    return glia::Stencil::band(in, out, {0, 1, 2}, boundary(glia::Boundary::open));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Gather>("gather", glia::neighbour_schema,
                                              "Calcium draws together: n cells to n - 2 cells."))
