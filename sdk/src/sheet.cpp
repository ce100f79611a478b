// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/sheet.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace glia {
namespace {

using Heard = std::vector<std::vector<std::int64_t>>;

/// Steps along one axis of `extent` cells.
std::int64_t steps(std::int64_t a, std::int64_t b, std::int64_t extent, bool wrap) {
  const std::int64_t apart = std::abs(a - b);
  return wrap ? std::min(apart, extent - apart) : apart;
}

/// The cells at most `radius` steps from (row, column), which itself must exist.
std::vector<std::int64_t> around(const Shape& shape, Topology topology, std::int64_t row,
                                 std::int64_t column, std::int64_t radius) {
  const bool sheet = topology != Topology::chain && topology != Topology::ring;
  const bool wrap = wraps(topology);
  const std::int64_t here = row * shape.width + column;
  std::vector<std::int64_t> all;
  const auto visit = [&](std::int64_t r, std::int64_t c) {
    const bool inside = r >= 0 && r < shape.height && c >= 0 && c < shape.width;
    if (!inside && !wrap) return;
    r = (r % shape.height + shape.height) % shape.height;
    c = (c % shape.width + shape.width) % shape.width;
    const std::int64_t cell = r * shape.width + c;
    if (distance(topology, shape, here, cell) <= radius) all.push_back(cell);
  };
  if (sheet) {
    for (std::int64_t r = -radius; r <= radius; ++r) {
      for (std::int64_t c = -radius; c <= radius; ++c) visit(row + r, column + c);
    }
    return all;
  }
  // A chain runs through the sheet row by row.
  const std::int64_t cells = shape.cells();
  for (std::int64_t o = -radius; o <= radius; ++o) {
    const std::int64_t cell = here + o;
    if (wrap) {
      all.push_back((cell % cells + cells) % cells);
    } else if (cell >= 0 && cell < cells) {
      all.push_back(cell);
    }
  }
  return all;
}

}  // namespace

std::int64_t distance(Topology topology, const Shape& shape, std::int64_t a, std::int64_t b) {
  const bool wrap = wraps(topology);
  const std::int64_t down = steps(a / shape.width, b / shape.width, shape.height, wrap);
  const std::int64_t across = steps(a % shape.width, b % shape.width, shape.width, wrap);
  switch (topology) {
    case Topology::chain:
    case Topology::ring:
      return steps(a, b, shape.cells(), wrap);
    case Topology::grid4:
    case Topology::torus4:
      return down + across;
    case Topology::grid8:
    case Topology::torus8:
      return std::max(down, across);
  }
  return 0;
}

Stencil neighbours(const Shape& shape, Topology topology, std::int64_t radius) {
  Heard heard;
  for (std::int64_t r = 0; r < shape.height; ++r) {
    for (std::int64_t c = 0; c < shape.width; ++c) {
      heard.push_back(around(shape, topology, r, c, radius));
    }
  }
  return Stencil::of(shape.cells(), heard);
}

Stencil without_border(const Shape& shape, Topology topology, std::int64_t border) {
  if (shape.height <= 2 * border || shape.width <= 2 * border) {
    throw Error(ErrorCode::shape,
                fmt::format("a sheet of {} x {} cells that loses {} on every side has none left",
                            shape.height, shape.width, border));
  }
  Heard heard;
  for (std::int64_t r = border; r < shape.height - border; ++r) {
    for (std::int64_t c = border; c < shape.width - border; ++c) {
      heard.push_back(around(shape, topology, r, c, border));
    }
  }
  return Stencil::of(shape.cells(), heard);
}

Shape pooled(const Shape& shape, std::int64_t side) {
  return {(shape.height + side - 1) / side, (shape.width + side - 1) / side};
}

Stencil pooling(const Shape& shape, std::int64_t side) {
  const Shape out = pooled(shape, side);
  Heard heard(static_cast<std::size_t>(out.cells()));
  for (std::int64_t r = 0; r < shape.height; ++r) {
    for (std::int64_t c = 0; c < shape.width; ++c) {
      const std::int64_t cell = r / side * out.width + c / side;
      heard[static_cast<std::size_t>(cell)].push_back(r * shape.width + c);
    }
  }
  return Stencil::of(shape.cells(), heard);
}

Shape sheet_of(std::int64_t cells, std::int64_t height) {
  const bool square = height == 0;
  if (square) height = std::llround(std::sqrt(static_cast<double>(cells)));
  if (cells < 1 || cells % height != 0 || (square && height * height != cells)) {
    throw Error(ErrorCode::shape,
                square ? fmt::format("{} cells make no square sheet", cells)
                       : fmt::format("{} cells make no sheet of {} rows", cells, height),
                "a sheet is square unless 'height' names its rows");
  }
  return {height, cells / height};
}

SheetLayer::~SheetLayer() = default;

void SheetLayer::hear(const Shape& in) {
  if (!in.is_sheet() || topology() == Topology::chain || topology() == Topology::ring) return;
  if (options_.height != 0 && options_.height != in.height) {
    throw Error(ErrorCode::shape,
                fmt::format("height = {}, but the sheet that it hears has {} rows of {} cells",
                            options_.height, in.height, in.width),
                "leave out 'height': the layer sees the sheet as it is");
  }
  options_.height = in.height;
}

Shape SheetLayer::in_shape(std::int64_t in) const {
  return topology() == Topology::chain || topology() == Topology::ring
             ? Shape::chain(in)
             : sheet_of(in, options_.height);
}

}  // namespace glia
