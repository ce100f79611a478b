// SPDX-License-Identifier: MIT
#include "report/summary.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace glia::report {
namespace {

constexpr std::size_t columns = 5;
using Row = std::array<std::string, columns + 1>;  // the last one is a note

Row row_of(const std::string& id, const results::HeadResult& head) {
  const bool known = std::isfinite(head.test_accuracy);
  return {one_line(id),
          rounded(100 * head.test_accuracy, 1) + (known ? " %" : ""),
          rounded(head.test_loss, 4),
          std::to_string(head.curve.empty() ? 0 : head.curve.back().epoch),
          std::to_string(head.parameters),
          head.collapsed ? "collapsed: always answers one class" : ""};
}

}  // namespace

std::string summary(const results::Results& results) {
  if (results.heads.empty()) return {};
  std::vector<Row> rows{{"head", "test accuracy", "loss", "epochs", "parameters", ""}};
  for (const auto& [id, head] : results.heads) rows.push_back(row_of(id, head));
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string padding(widths[c] - width(row[c]), ' ');
      text += (c == 0 ? row[c] + padding : "  " + padding + row[c]);  // names left, numbers right
    }
    text += (row[columns].empty() ? "" : "  " + row[columns]) + '\n';
  }
  return text;
}

}  // namespace glia::report
