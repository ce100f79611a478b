// SPDX-License-Identifier: MIT
#include <glia/sdk/nearest_neighbour.hpp>

#include <utility>

namespace glia {

NearestNeighbourLayer::NearestNeighbourLayer(NeighbourOptions options)
    : options_(std::move(options)) {}

NearestNeighbourLayer::~NearestNeighbourLayer() = default;

Bias NearestNeighbourLayer::bias() const {
  if (options_.bias == "none") return Bias::none;
  if (options_.bias == "default") {
    return options_.published() ? Bias::compounding : Bias::additive;
  }
  return options_.bias == "compounding" ? Bias::compounding : Bias::additive;
}

StencilInit NearestNeighbourLayer::init() const {
  if (options_.init == "orthogonal") return StencilInit::orthogonal;
  const bool row_width =
      options_.init == "default" ? options_.published() : options_.init == "row_width";
  return row_width ? StencilInit::row_width : StencilInit::fan_in;
}

Boundary NearestNeighbourLayer::boundary(Boundary if_published) const {
  if (options_.boundary == "default") {
    return options_.published() ? if_published : Boundary::open;
  }
  return options_.boundary == "ring" ? Boundary::ring : Boundary::open;
}

}  // namespace glia
