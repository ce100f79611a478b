// SPDX-License-Identifier: MIT
// "Width requires depth" where it counts: what a trained network loses with every row.
#include "compile/pruned.hpp"

#include "compile/new_folder.hpp"
#include "compile/picture.hpp"
#include "compile/stored.hpp"
#include "core/files.hpp"
#include "core/json_trouble.hpp"
#include "core/text.hpp"
#include "report/chart.hpp"
#include "report/statistics.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace glia::compile {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using report::ChartPanel;
using report::ChartSeries;

/// The best trial by validation, and what it does on the test split.
struct Chosen {
  std::size_t trials = 0;
  double validation = NAN, test = NAN;

  void take(double valid, double tested) {
    ++trials;
    if (std::isnan(validation) || valid > validation) validation = valid, test = tested;
  }
};

struct Left {
  std::string folder;
  std::int64_t rows = 0, bound = 0;
  double same = 0;         ///< share of random inputs that the network gives the same label
  double misses = 0;       ///< of a weight, relative to its layer's greatest
  Chosen pruned{}, own{};  ///< trained on from what is left, and from a start of its own
};

bool starts_alone(const json& values) {
  for (const auto& [path, value] : values.items()) {
    if (path.starts_with("network.") && path.ends_with(".weights")) return value == "";
  }
  return false;
}

void read_trials(const json& results, Left& left) {
  for (const json& trial : results.at("trials")) {
    if (trial.at("status") != "ok") continue;
    const json& heads = trial.at("heads");
    const json head = heads.empty() ? json::object() : *heads.begin();
    if (!head.contains("validation_accuracy")) {
      throw Error(ErrorCode::usage,
                  left.folder + "/trained has no validation accuracy to choose by",
                  "give the data set of the network a share: validation = 0.1");
    }
    Chosen& chosen = starts_alone(trial.at("values")) ? left.own : left.pruned;
    chosen.take(head.at("validation_accuracy").get<double>(),
                head.at("test_accuracy").get<double>());
  }
}

Left left_in(const std::string& folder) {
  constexpr const char* hint =
      "give folders of glia compile NETWORK --mode rotations --rows N, with a sweep in DIR/trained";
  for (const char* file : {"proof.json", "trained/results.json"}) {
    if (fs::exists(fs::path(folder) / file)) continue;
    throw Error(ErrorCode::usage, fmt::format("{} has no {}", folder, file), hint);
  }
  try {
    const json proof = stored_proof(fs::path(folder) / "proof.json");
    Left left{.folder = folder};
    proof.at("rows").get_to(left.rows);
    proof.at("locality_bound").get_to(left.bound);
    proof.at("identity_error").get_to(left.misses);
    left.same =
        proof.at("equal_labels_float32").get<double>() / proof.at("inputs_tried").get<double>();
    read_trials(stored_results(fs::path(folder) / "trained/results.json"), left);
    return left;
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data, fmt::format("{}: {}", folder, json_trouble(e)), hint);
  }
}

std::string csv_of(const std::vector<Left>& all) {
  std::string text =
      "rows,locality_bound,identity_error,equal_labels,pruned_trials,pruned_validation_accuracy,"
      "pruned_test_accuracy,own_trials,own_validation_accuracy,own_test_accuracy,folder\n";
  const auto chosen = [](const Chosen& c) {
    if (c.trials == 0) return std::string("0,,");
    return fmt::format("{},{:.4f},{:.4f}", c.trials, c.validation, c.test);
  };
  for (const Left& l : all) {
    text += fmt::format("{},{},{:.3e},{:.4f},{},{},{}\n", l.rows, l.bound, l.misses, l.same,
                        chosen(l.pruned), chosen(l.own), csv_field(l.folder));
  }
  return text;
}

/// Every folder a dot, and a line through the medians of equally many rows.
void add(ChartPanel& panel, const std::vector<Left>& all, const ChartSeries& series,
         const std::function<double(const Left&)>& value) {
  ChartSeries dots = series, line = series;
  dots.line = false;
  line.dots = false;
  line.name += ", median";
  std::map<std::int64_t, std::vector<double>> by_rows;
  for (const Left& l : all) {
    if (std::isnan(value(l))) continue;
    dots.points.emplace_back(l.rows, value(l));
    by_rows[l.rows].push_back(value(l));
  }
  for (const auto& [rows, values] : by_rows) {
    line.points.emplace_back(rows, report::median_of(values));
  }
  panel.series.push_back(std::move(dots));
  panel.series.push_back(std::move(line));
}

/// `of`: from a share of right answers to what is shown.
ChartPanel panel_of(const std::vector<Left>& all, ChartPanel panel,
                    const std::function<double(double)>& of) {
  add(panel, all, {.name = "pruned and trained on", .color = 0},
      [&](const Left& l) { return of(l.pruned.test); });
  add(panel, all, {.name = "own start", .color = 1}, [&](const Left& l) { return of(l.own.test); });
  add(panel, all, {.name = "as pruned: labels of the network, random inputs", .color = 5},
      [&](const Left& l) { return of(l.same); });
  ChartSeries bound{
      .name = "locality bound", .color = 6, .dots = false, .stroke = report::Stroke::dashed};
  double low = INFINITY, high = -INFINITY;
  for (const ChartSeries& series : panel.series) {
    for (const auto& [x, y] : series.points) {
      if (panel.log_y && y <= 0) continue;
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  for (const double y : {low, high}) {
    bound.points.emplace_back(static_cast<double>(all.front().bound), y);
  }
  panel.series.push_back(std::move(bound));
  return panel;
}

}  // namespace

void compare_pruned(const std::vector<std::string>& folders, const fs::path& result) {
  std::vector<Left> all;
  for (const std::string& folder : folders) all.push_back(left_in(folder));
  std::stable_sort(all.begin(), all.end(),
                   [](const Left& a, const Left& b) { return a.rows < b.rows; });
  NewFolder made(result);
  write_file(result / "pruned.csv", csv_of(all));
  const ChartPanel accuracy{.x_label = "rows", .y_label = "accuracy"};
  const ChartPanel error{.x_label = "rows", .y_label = "error: 1 - accuracy", .log_y = true};
  const std::string svg = report::chart(
      "Width requires depth: a compiled network with fewer and fewer rows",
      fmt::format("test split, n = {} matrices; of the trials of each start the one that is "
                  "best on validation; line: the median of equally many rows",
                  all.size()),
      {panel_of(all, accuracy, [](double share) { return share; }),
       panel_of(all, error, [](double share) { return 1 - share; })});
  write_drawing(result, "pruned", svg);
  made.keep();
}

}  // namespace glia::compile
