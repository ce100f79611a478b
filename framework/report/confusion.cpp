// SPDX-License-Identifier: MIT
#include "report/confusion.hpp"

#include "core/text.hpp"
#include "report/judging.hpp"
#include "results/class_metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace glia::report {
namespace {

std::string percent(std::int64_t part, std::int64_t whole, int digits) {
  if (whole == 0) return "n/a";
  return rounded(100.0 * static_cast<double>(part) / static_cast<double>(whole), digits);
}

/// The finished trials to add up for a head, and what they are.
std::vector<const Trial*> chosen(const Study& study, const std::string& head, std::string& of) {
  std::vector<const Trial*> all;
  for (const auto& trial : study.trials) {
    if (trial.status == "ok" || !study.sweep) all.push_back(&trial);
  }
  if (!study.sweep) return all;
  of = fmt::format("sum over all {} finished runs", all.size());
  for (const auto& judge : judges_of(study)) {
    if (judge.head != head || !judge.chooses) continue;
    const auto points = judged_points(study, judge);
    if (const auto* best = best_of(points, judge)) {
      const auto setting = setting_text(study, best->trials.front()->values);
      of = (best->trials.size() == 1 ? "the run"
                                     : fmt::format("sum over the {} runs", best->trials.size())) +
           std::string(" with the best ") + judge.label() + (setting.empty() ? "" : ": " + setting);
      return best->trials;
    }
  }
  return all;
}

void add(const std::vector<std::vector<std::int64_t>>& from, Confusion& to) {
  if (to.counts.empty()) to.counts.assign(from.size(), std::vector<std::int64_t>(from.size()));
  if (from.size() != to.counts.size()) return;  // other data: there is no sum
  for (std::size_t r = 0; r < from.size(); ++r) {
    for (std::size_t c = 0; c < from.size(); ++c) to.counts[r][c] += from[r][c];
  }
}

}  // namespace

std::int64_t Confusion::samples() const {
  std::int64_t sum = 0;
  for (std::size_t label = 0; label < counts.size(); ++label)
    sum += results::samples_of(counts, label);
  return sum;
}

std::vector<Confusion> confusions_of(const Study& study) {
  std::vector<Confusion> all;
  for (const auto& head : study.heads()) {
    std::string of;
    std::map<std::string, Confusion> by_split;
    for (const Trial* trial : chosen(study, head, of)) {
      const auto found = trial->heads.find(head);
      if (found == trial->heads.end()) continue;
      for (const auto& [split, counts] : found->second.confusion) add(counts, by_split[split]);
    }
    for (auto& [split, confusion] : by_split) {
      if (confusion.counts.empty()) continue;
      confusion.head = head;
      confusion.split = split;
      confusion.of = of;
      const auto named = study.class_names.find(head);
      if (named != study.class_names.end()) confusion.classes = named->second;
      if (!study.sweep) confusion.classes = class_names(study.folder, head);
      if (confusion.classes.size() != confusion.counts.size()) {
        confusion.classes.clear();
        for (std::size_t i = 0; i < confusion.counts.size(); ++i) {
          confusion.classes.push_back(std::to_string(i));
        }
      }
      all.push_back(std::move(confusion));
    }
  }
  return all;
}

HeatMap confusion_map(const Confusion& confusion) {
  HeatMap map;
  map.title = fmt::format("Confusion of {}, {} split", confusion.head, confusion.split);
  map.description = "A row per class, a column per answer, the number of samples in each cell.";
  map.x_label = "answer";
  map.y_label = "class";
  map.columns = map.rows = confusion.classes;
  map.low = "0 %";
  map.high = "100 %";
  map.scale_label = "part of the class";
  for (std::size_t r = 0; r < confusion.counts.size(); ++r) {
    const auto whole = results::samples_of(confusion.counts, r);
    for (std::size_t c = 0; c < confusion.counts.size(); ++c) {
      const auto count = confusion.counts[r][c];
      const double share = whole ? static_cast<double>(count) / static_cast<double>(whole) : 0;
      map.cells[{r, c}] = {share, std::to_string(count), "",
                           fmt::format("{} called {}: {} of {}", confusion.classes[r],
                                       confusion.classes[c], count, whole)};
    }
  }
  return map;
}

std::string numbers_of(const Confusion& confusion) {
  std::string text = "class,answer,samples\n";
  for (std::size_t r = 0; r < confusion.counts.size(); ++r) {
    for (std::size_t c = 0; c < confusion.counts.size(); ++c) {
      text += fmt::format("{},{},{}\n", csv_field(one_line(confusion.classes[r])),
                          csv_field(one_line(confusion.classes[c])), confusion.counts[r][c]);
    }
  }
  return text;
}

HtmlTable class_table(const Confusion& confusion) {
  HtmlTable table{
      fmt::format("{}, {} split, n = {} samples{}. Precision: of the samples called so, the part "
                  "that is. Recall: of the samples that are, the part called so.",
                  confusion.head, confusion.split, confusion.samples(),
                  confusion.of.empty() ? "" : fmt::format(" ({})", confusion.of)),
      {"class", "samples", "called so", "right", "precision (%)", "recall (%)"},
      1,
      {}};
  for (std::size_t i = 0; i < confusion.counts.size(); ++i) {
    const auto right = confusion.counts[i][i];
    const auto are = results::samples_of(confusion.counts, i),
               called = results::samples_called(confusion.counts, i);
    table.rows.push_back({confusion.classes[i], std::to_string(are), std::to_string(called),
                          std::to_string(right), percent(right, called, 2),
                          percent(right, are, 2)});
  }
  return table;
}

}  // namespace glia::report
