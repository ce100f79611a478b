// SPDX-License-Identifier: MIT
#include "report/summary.hpp"

#include "core/text.hpp"
#include "report/tolerance.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace glia::report {
namespace {

constexpr std::size_t columns = 5;
using Row = std::array<std::string, columns + 1>;  // the last one is a note

/// "12", or "12 (7 kept)" of a training with patience.
std::string epochs_of(const results::HeadResult& head) {
  const auto trained = std::to_string(head.curve.empty() ? 0 : head.curve.back().epoch);
  return head.kept_epoch == 0 ? trained : fmt::format("{} ({} kept)", trained, head.kept_epoch);
}

std::string note_of(const results::HeadResult& head) {
  if (!head.collapsed) return {};
  return results::is_return(head.objective()) ? "collapsed: always acts alike"
                                              : "collapsed: always answers one class";
}

Row row_of(const std::string& id, const results::HeadResult& head) {
  return {one_line(id),
          results::metric_text(head.objective(), head.test_accuracy),
          rounded(head.test_loss, 4),
          epochs_of(head),
          std::to_string(head.parameters),
          note_of(head)};
}

}  // namespace

std::string summary(const results::Results& results) {
  if (results.heads.empty()) return {};
  // One name for the column if the heads share it, else each head's own in its row.
  const Metric& first = results.heads.begin()->second.objective();
  const bool shared = std::all_of(
      results.heads.begin(), results.heads.end(),
      [&](const auto& head) { return title_of(head.second.objective()) == title_of(first); });
  const auto plays = [](const auto& head) { return results::is_return(head.second.objective()); };
  const bool some = std::any_of(results.heads.begin(), results.heads.end(), plays);
  const bool all = std::all_of(results.heads.begin(), results.heads.end(), plays);
  const char* steps = all ? "generations" : some ? "epochs, generations" : "epochs";
  std::vector<Row> rows{{"head", shared ? results::metric_label("test", first) : "test objective",
                         "loss", steps, "parameters", ""}};
  for (const auto& [id, head] : results.heads) {
    rows.push_back(row_of(id, head));
    if (!shared) rows.back()[1] = title_of(head.objective()) + ' ' + rows.back()[1];
  }
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < columns; ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string padding(widths[c] - width(row[c]), ' ');
      text += (c == 0 ? row[c] + padding
                      : fmt::format("  {}{}", padding, row[c]));  // names left, numbers right
    }
    text += (row[columns].empty() ? "" : "  " + row[columns]) + '\n';
  }
  return text;
}

}  // namespace glia::report
