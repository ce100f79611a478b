// SPDX-License-Identifier: MIT
#include "report/legend.hpp"

#include "core/text.hpp"

namespace glia::report {

Legend::Legend(double left, double right, double mark, const std::vector<std::string>& names)
    : mark_(mark) {
  double x = left;
  std::size_t row = 0;
  for (const auto& name : names) {
    const double needs = mark + 17 + 6.8 * static_cast<double>(width(name));
    if (x > left && x + needs > right) ++row, x = left;
    entries_.push_back({name, x, row});
    x += needs;
  }
}

void Legend::draw(Drawing& drawing, double top,
                  const std::function<void(std::size_t i, double x, double y)>& draw_mark) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const double y = top + row_height * static_cast<double>(entry.row);
    draw_mark(i, entry.x, y);
    drawing.text(entry.x + mark_ + 5, y + 10, entry.name, "");
  }
}

}  // namespace glia::report
