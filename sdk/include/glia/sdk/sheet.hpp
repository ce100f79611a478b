// SPDX-License-Identifier: MIT
// Stencils for sheets of cells, and the base of layers that use them.
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/schema.hpp>
#include <glia/sdk/shape.hpp>
#include <glia/sdk/stencil.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstdint>

namespace glia {

/// Every cell hears itself and the cells at most `radius` steps away; the row keeps its shape.
GLIA_API Stencil neighbours(const Shape& shape, Topology topology, std::int64_t radius = 1);

/// The sheet loses a ring of `border` cells: cell (r, c) hears the cells at most `border` steps
/// around (r + border, c + border) of the sheet before. Error (shape) if nothing would be left.
GLIA_API Stencil without_border(const Shape& shape, Topology topology, std::int64_t border = 1);

/// Cell (r, c) hears the `side` x `side` cells of its own block; blocks at the far edges may be
/// cut. The shape that it leaves is `pooled`.
GLIA_API Stencil pooling(const Shape& shape, std::int64_t side);
GLIA_API Shape pooled(const Shape& shape, std::int64_t side);

/// `cells` as a sheet of `height` rows (0: as many as columns). Error (shape) if they make none.
GLIA_API Shape sheet_of(std::int64_t cells, std::int64_t height = 0);

/// Parameters that layers on sheets share.
struct SheetOptions {
  std::int64_t height = 0;
  Topology topology = Topology::grid8;
  Bias bias = Bias::additive;
  StencilInit init = StencilInit::fan_in;
};

inline constexpr auto sheet_schema = schema<SheetOptions>(
    field(&SheetOptions::height, "height")
        .at_least(0)
        .unit("cells")
        .doc("Rows of the sheet that it hears; 0: as the row before it lies, and of a row that is "
             "no sheet as many as columns."),
    field(&SheetOptions::topology, "topology")
        .choices("chain", "ring", "grid4", "grid8", "torus4", "torus8")
        .doc(
            "Who is a neighbour: 4 (sides) or 8 (corners too) of a sheet with open edges (grid) or "
            "whose opposite edges meet (torus); chain and ring: along the row."),
    field(&SheetOptions::bias, "bias")
        .choices("none", "additive", "compounding")
        .doc("How the bias enters a cell's sum."),
    field(&SheetOptions::init, "init")
        .choices("fan_in", "row_width", "orthogonal")
        .doc("Weights start uniform within 1/sqrt(n), n = a cell's taps (fan_in) or the width of "
             "the row before it (row_width); orthogonal: as a random map that nearly keeps a row's "
             "length, which deep stacks need."));

/// Base of stencil layers that see a sheet where others see a row: they add `stencil_of`, and
/// `shape_of` where the sheet changes.
class GLIA_API SheetLayer : public StencilLayer {
 public:
  explicit SheetLayer(const SheetOptions& options) : options_(options) {}
  ~SheetLayer() override;

  virtual Stencil stencil_of(const Shape& in) const = 0;
  /// The shape of the sheet that a sheet becomes. [thread-safe]
  virtual Shape shape_of(const Shape& in) const { return in; }

  void hear(const Shape& in) final;
  Stencil stencil(std::int64_t in) const final { return stencil_of(in_shape(in)); }
  Shape in_shape(std::int64_t in) const final;
  Shape out_shape(std::int64_t in) const final { return shape_of(in_shape(in)); }
  Topology topology() const final { return options_.topology; }
  Bias bias() const override { return options_.bias; }
  StencilInit init() const override { return options_.init; }

 private:
  SheetOptions options_;
};

}  // namespace glia
