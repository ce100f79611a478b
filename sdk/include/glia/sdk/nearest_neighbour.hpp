// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/schema.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <string>

namespace glia {

/// Parameters that nearest-neighbour layers share. `semantics` is the one switch between the talk's
/// network and what the published code computes; "default" everywhere else means: as the semantics
/// say.
struct NeighbourOptions {
  std::string semantics = "talk";
  std::string boundary = "default";
  std::string bias = "default";
  std::string init = "default";

  bool published() const { return semantics == "published"; }
};

inline constexpr auto neighbour_schema = schema<NeighbourOptions>(
    field(&NeighbourOptions::semantics, "semantics")
        .choices("talk", "published")
        .doc("talk: open ends, additive bias, start by fan-in. published: what the code of 2019 "
             "computes, defects included: rings, compounding bias, start by row width."),
    field(&NeighbourOptions::boundary, "boundary")
        .choices("default", "open", "ring")
        .doc("What lies beyond the last cell; default: open (talk) or as published."),
    field(&NeighbourOptions::bias, "bias")
        .choices("default", "additive", "compounding", "none")
        .doc("How the bias enters a cell's sum; default: additive (talk) or compounding "
             "(published)."),
    field(&NeighbourOptions::init, "init")
        .choices("default", "fan_in", "row_width", "orthogonal")
        .doc("Weights start uniform within 1/sqrt(n), n = a cell's taps (fan_in, the talk's "
             "default) or the width of the row before it (row_width, as published); orthogonal: as "
             "a random map that nearly keeps a row's length, which deep stacks need."));

/// Base of the layers that take these options: a layer only adds `stencil`.
class GLIA_API NearestNeighbourLayer : public StencilLayer {
 public:
  explicit NearestNeighbourLayer(NeighbourOptions options);
  ~NearestNeighbourLayer() override;

  Bias bias() const override;
  StencilInit init() const override;

 protected:
  /// The boundary in force, where `if_published` is what the published code does.
  Boundary boundary(Boundary if_published) const;
  const NeighbourOptions& options() const { return options_; }

 private:
  NeighbourOptions options_;
};

}  // namespace glia
