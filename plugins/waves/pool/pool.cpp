// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/sheet.hpp>

namespace {

struct Config : glia::SheetOptions {
  std::int64_t side = 2;
};

constexpr auto schema = glia::schema<Config>(
    glia::sheet_schema,
    glia::field(&Config::side, "side").range(2, 9).unit("cells").doc("Side of a block."));

/// Blocks of a sheet become one cell each, which hears its own block. Blocks at the far edges may
/// be cut. [B,h*w] -> [B,ceil(h/side)*ceil(w/side)].
class Pool final : public glia::SheetLayer {
 public:
  explicit Pool(const Config& config) : SheetLayer(config), side_(config.side) {}

  glia::Stencil stencil_of(const glia::Shape& in) const override {
    return glia::pooling(in, side_);
  }
  glia::Shape shape_of(const glia::Shape& in) const override { return glia::pooled(in, side_); }

 private:
  std::int64_t side_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::wave_layer<Pool>("pool", schema, "Blocks of a sheet become one cell each."))
