// SPDX-License-Identifier: MIT
#include "picture/image_grid.hpp"

#include "core/text.hpp"
#include "picture/cells.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glia::picture {
namespace {

constexpr double gap = 6, letter = 6.6, wide_letter = 7.4, edge = 16, header = 70;

double longest(const std::vector<std::string>& texts) {
  std::size_t most = 0;
  for (const auto& text : texts) most = std::max(most, width(text));
  return letter * static_cast<double>(most);
}

/// Where the pictures stand.
struct Layout {
  double cell_width = 0, cell_height = 0, left = 0, across = 0, down = 0, width = 0, bottom = 0;

  explicit Layout(const ImageGrid& grid) {
    const auto columns = static_cast<double>(grid.shape.width);
    if (grid.shape.is_sheet()) {
      const auto longer = static_cast<double>(std::max(grid.shape.width, grid.shape.height));
      cell_width = cell_height = std::max(0.5, 56 / longer);
    } else {
      cell_width = std::clamp(120 / columns, 0.3, 12.0);
      cell_height = 14;
    }
    left = edge + longest(grid.rows) + 10;
    across = std::max(cell_width * columns, longest(grid.columns)) + gap;
    down = cell_height * static_cast<double>(grid.shape.height) + gap;
    const double pictures = across * static_cast<double>(grid.columns.size());
    const double texts = std::max(wide_letter * static_cast<double>(glia::width(grid.heading)),
                                  letter * static_cast<double>(glia::width(grid.title)));
    width = std::max({left + pictures + longest(grid.notes) + edge, edge + texts + edge, 420.0});
    bottom = header + down * static_cast<double>(grid.rows.size());
  }

  double x(std::size_t column) const { return left + across * static_cast<double>(column); }
  double y(std::size_t row) const { return header + down * static_cast<double>(row); }
};

void draw_image(const ImageGrid& grid, std::size_t row, std::size_t column, double most,
                const Layout& layout, report::Drawing& drawing) {
  const auto& values = grid.images[row][column];
  const double wide = layout.cell_width * static_cast<double>(grid.shape.width);
  const double x = layout.x(column) + (layout.across - gap - wide) / 2, y = layout.y(row);
  drawing.open_group("picture", {{"row", grid.rows[row]},
                                 {"column", grid.columns[column]},
                                 {"values", numbers_text(values)}});
  drawing.rect(x - 0.5, y - 0.5, wide + 1, layout.down - gap + 1, "frame");
  draw_cells(values, grid.shape, {x, y, layout.cell_width, layout.cell_height}, most, CellsAs::runs,
             drawing);
  drawing.close_group();
}

}  // namespace

report::Drawing draw_grid(const ImageGrid& grid) {
  const Layout layout(grid);
  double most = 0;
  for (const auto& row : grid.images) {
    for (const auto& values : row) most = std::max(most, largest_of(values));
  }
  report::Drawing drawing(layout.width, layout.bottom + 44, grid.heading, grid.title);
  drawing.text(edge, 20, one_line(grid.heading), "heading");
  drawing.text(edge, 38, one_line(grid.title), "");
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    drawing.text(layout.x(c) + (layout.across - gap) / 2, header - 8, one_line(grid.columns[c]),
                 "small", "middle");
  }
  for (std::size_t r = 0; r < grid.images.size(); ++r) {
    const double middle = layout.y(r) + (layout.down - gap) / 2 + 4;
    drawing.text(layout.left - 10, middle, one_line(grid.rows[r]), "", "end");
    for (std::size_t c = 0; c < grid.images[r].size(); ++c) {
      draw_image(grid, r, c, most, layout, drawing);
    }
    if (r < grid.notes.size()) {
      drawing.text(layout.x(grid.columns.size()) + 2, middle, grid.notes[r], "small");
    }
  }
  draw_cells_scale(layout.left, layout.bottom + 10, fmt::format("m = {}", short_number(most)),
                   drawing);
  return drawing;
}

std::string grid_csv(const ImageGrid& grid) {
  std::string text = "row,column,cell,value\n";
  for (std::size_t r = 0; r < grid.images.size(); ++r) {
    for (std::size_t c = 0; c < grid.images[r].size(); ++c) {
      const auto& values = grid.images[r][c];
      for (std::size_t i = 0; i < values.size(); ++i) {
        text += fmt::format("{},{},{},{:.9g}\n", csv_field(grid.rows[r]),
                            csv_field(grid.columns[c]), i, values[i]);
      }
    }
  }
  return text;
}

}  // namespace glia::picture
