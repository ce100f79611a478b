// SPDX-License-Identifier: MIT
#include "graph/join.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>

namespace glia::graph::joins::add {
namespace {

Shape shape_of_sum(const std::vector<Shape>& shapes) {
  const std::int64_t cells = shapes.front().cells();
  for (const Shape& shape : shapes) {
    if (shape.cells() == cells) continue;
    throw Error(ErrorCode::shape,
                fmt::format("join = \"add\" adds rows of one width, but they have {} and {} cells",
                            cells, shape.cells()),
                "narrow or widen one of them, or write join = \"concat\"");
  }
  // Cells that lie otherwise in another row keep no more than their number.
  const bool alike = std::all_of(shapes.begin(), shapes.end(),
                                 [&](const Shape& shape) { return shape == shapes.front(); });
  return alike ? shapes.front() : Shape::chain(cells);
}

Join add() {
  Join join;
  join.name = "add";
  join.doc = "Cell to cell; the rows have one width.";
  join.shape = shape_of_sum;
  join.rows = [](const std::vector<at::Tensor>& rows) {
    at::Tensor sum = rows.front();
    for (std::size_t i = 1; i < rows.size(); ++i) sum = sum + rows[i];
    return sum;
  };
  join.adds = true;
  return join;
}

const Registered<Join> registered(add());

}  // namespace
}  // namespace glia::graph::joins::add
