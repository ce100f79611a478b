// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <glia/sdk/shape.hpp>

#include <string>
#include <vector>

namespace glia::picture {

/// Inputs, or what stands for inputs, as small pictures in rows and columns; chains as strips.
struct ImageGrid {
  std::string heading, title;  ///< the second says data, split, n and what the numbers are
  Shape shape{};               ///< of each picture
  std::vector<std::string> columns{}, rows{};             ///< what stands above and to the left
  std::vector<std::string> notes{};                       ///< to the right of each row; or none
  std::vector<std::vector<std::vector<float>>> images{};  ///< by row and column
};

/// One scale for all pictures, from minus to plus the largest number; the numbers stand in the
/// attribute data-values of each picture's group.
report::Drawing draw_grid(const ImageGrid& grid);

/// row,column,cell,value: every number of every picture.
std::string grid_csv(const ImageGrid& grid);

}  // namespace glia::picture
