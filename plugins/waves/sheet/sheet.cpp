// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/sheet.hpp>

namespace {

/// Calcium spreads on a sheet: each cell hears itself and its neighbours. [B,h*w] -> [B,h*w].
class Sheet final : public glia::SheetLayer {
 public:
  using SheetLayer::SheetLayer;

  glia::Stencil stencil_of(const glia::Shape& in) const override {
    return glia::neighbours(in, topology());
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Sheet>("sheet", glia::sheet_schema,
                                             "Calcium spreads on a sheet of cells: h x w cells to "
                                             "h x w cells."))
