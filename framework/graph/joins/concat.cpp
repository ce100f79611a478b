// SPDX-License-Identifier: MIT
#include "graph/join.hpp"

#include <ATen/ATen.h>

namespace glia::graph::joins::concat {
namespace {

Join concat() {
  Join join;
  join.name = "concat";
  join.doc = "One row after the other; sheets are read row by row.";
  join.shape = [](const std::vector<Shape>& shapes) {
    std::int64_t cells = 0;
    for (const Shape& shape : shapes) cells += shape.cells();
    return Shape::chain(cells);
  };
  join.rows = [](const std::vector<at::Tensor>& rows) { return at::cat(rows, 1); };
  return join;
}

const Registered<Join> registered(concat());

}  // namespace
}  // namespace glia::graph::joins::concat
