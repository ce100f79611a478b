// SPDX-License-Identifier: MIT
#pragma once

#include "core/registry.hpp"

#include <glia/sdk/shape.hpp>

#include <functional>
#include <vector>

namespace at {
class Tensor;
}

namespace glia::graph {

/// How several rows become one: one file in joins/ each.
struct Join : Declared {
  static constexpr const char* kind = "join";

  /// The row that rows of such shapes make. Error (shape) if they do not fit together. [thread-safe]
  std::function<Shape(const std::vector<Shape>&)> shape;
  /// rows [B, n_i] -> [B, n]. [thread-safe]
  std::function<at::Tensor(const std::vector<at::Tensor>&)> rows;
  /// Whether it adds cell to cell, as a skip of a program does.
  bool adds = false;
};

}  // namespace glia::graph

namespace glia {
template <>
Registry<graph::Join>& Registry<graph::Join>::all();
}  // namespace glia
