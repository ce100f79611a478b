// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/sheet.hpp>

namespace {

/// Calcium draws together on a sheet, which loses its outermost ring of cells: each cell hears the
/// one at its place and that one's neighbours. [B,h*w] -> [B,(h-2)*(w-2)].
class Shrink final : public glia::SheetLayer {
 public:
  using SheetLayer::SheetLayer;

  glia::Stencil stencil_of(const glia::Shape& in) const override {
    return glia::without_border(in, topology());
  }
  glia::Shape shape_of(const glia::Shape& in) const override {
    return {in.height - 2, in.width - 2};
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Shrink>("shrink", glia::sheet_schema,
                                              "Calcium draws together on a sheet: h x w cells to "
                                              "(h - 2) x (w - 2) cells."))
