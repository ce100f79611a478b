// SPDX-License-Identifier: MIT
#include "compile/errors.hpp"

#include "compile/new_folder.hpp"
#include "compile/picture.hpp"
#include "compile/stored.hpp"
#include "core/files.hpp"
#include "core/json_trouble.hpp"
#include "report/chart.hpp"
#include "report/statistics.hpp"

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

/// A construction, and what training the same shape came to.
struct Measured {
  std::string name, norm;
  std::int64_t size = 0;
  double rows = 0, cells = 0, connections = 0, error = 0, theory = 0, rms = 0;
  std::vector<double> trained{};  ///< root mean squares over the test points, rising

  /// Random points miss the narrow strip in which a step and its ramp differ.
  double root_mean_square() const { return norm == "L2" ? error : rms; }
  double best() const { return trained.empty() ? NAN : trained.front(); }
  double median() const { return trained.empty() ? NAN : report::median_of(trained); }
};

std::vector<double> trained_in(const fs::path& folder) {
  std::vector<double> all;
  if (!fs::exists(folder / "results.json")) return all;
  const json results = stored_results(folder / "results.json");
  for (const json& trial : results.at("trials")) {
    if (trial.at("status") != "ok") continue;
    const json& loss = trial.at("heads").at("outputs").at("test_loss");
    if (loss.is_number()) all.push_back(std::sqrt(loss.get<double>()));
  }
  std::sort(all.begin(), all.end());
  return all;
}

Measured measured_in(const fs::path& folder) {
  const fs::path file = folder / "proof.json";
  if (!fs::exists(file)) {
    throw Error(ErrorCode::usage, folder.string() + " holds no construction: it has no proof.json",
                "give folders that glia compile --construct has made");
  }
  try {
    const json proof = stored_proof(file);
    Measured found;
    proof.at("construction").get_to(found.name);
    proof.at("size").get_to(found.size);
    proof.at("norm").get_to(found.norm);
    proof.at("rows").get_to(found.rows);
    proof.at("cells").get_to(found.cells);
    proof.at("connections").get_to(found.connections);
    proof.at("error").get_to(found.error);
    proof.at("theory").get_to(found.theory);
    proof.at("test_rms").get_to(found.rms);
    found.trained = trained_in(folder / "trained");
    return found;
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data,
                fmt::format("{} holds no construction: {}", folder.string(), json_trouble(e)),
                "give folders that glia compile --construct has made");
  }
}

std::string csv_of(const std::vector<Measured>& all) {
  std::string text =
      "construction,size,rows,cells,connections,norm,error,theory,test_rms,trained_runs,"
      "trained_best_rms,trained_median_rms\n";
  const auto number = [](double value) {
    return std::isnan(value) ? std::string() : fmt::format("{:.6e}", value);
  };
  for (const Measured& m : all) {
    text += fmt::format("{},{},{},{},{},{},{:.6e},{:.6e},{:.6e},{},{},{}\n", m.name, m.size, m.rows,
                        m.cells, m.connections, m.norm, m.error, m.theory, m.rms, m.trained.size(),
                        number(m.best()), number(m.median()));
  }
  return text;
}

ChartPanel panel_of(const std::string& label, const std::vector<Measured>& all,
                    const std::function<double(const Measured&)>& x) {
  ChartPanel panel{.x_label = label, .y_label = "error", .log_x = true, .log_y = true};
  const auto add = [&](ChartSeries series, const std::function<double(const Measured&)>& y) {
    for (const Measured& m : all) series.points.emplace_back(x(m), y(m));
    panel.series.push_back(std::move(series));
  };
  add({.name = fmt::format("theory ({})", all.front().norm),
       .color = 6,
       .dots = false,
       .stroke = report::Stroke::dashed},
      [](const Measured& m) { return m.theory; });
  add({.name = fmt::format("constructed ({})", all.front().norm), .color = 0, .line = false},
      [](const Measured& m) { return m.error; });
  add({.name = "constructed (root mean square)", .color = 5},
      [](const Measured& m) { return m.root_mean_square(); });
  add({.name = "trained, median (root mean square)", .color = 1},
      [](const Measured& m) { return m.median(); });
  add({.name = "trained, best (root mean square)", .color = 4},
      [](const Measured& m) { return m.best(); });
  return panel;
}

std::size_t most_starts(const std::vector<Measured>& all) {
  std::size_t most = 0;
  for (const Measured& m : all) most = std::max(most, m.trained.size());
  return most;
}

}  // namespace

void compare_errors(const std::vector<std::string>& folders, const fs::path& result) {
  std::map<std::string, std::vector<Measured>> by_name;
  std::vector<Measured> all;
  for (const std::string& folder : folders) all.push_back(measured_in(folder));
  std::sort(all.begin(), all.end(), [](const Measured& a, const Measured& b) {
    return std::pair(a.name, a.size) < std::pair(b.name, b.size);
  });
  for (const Measured& m : all) by_name[m.name].push_back(m);
  NewFolder made(result);
  write_file(result / "errors.csv", csv_of(all));
  for (const auto& [name, group] : by_name) {
    const std::string svg = report::chart(
        name + ": constructed and trained at equal shape",
        fmt::format(
            "n = {} sizes; constructed: the error in its norm over the domain; trained: over "
            "the test points, of the random starts (up to {})",
            group.size(), most_starts(group)),
        {panel_of("cells", group, [](const Measured& m) { return m.cells; }),
         panel_of("rows", group, [](const Measured& m) { return m.rows; }),
         panel_of("connections", group, [](const Measured& m) { return m.connections; })});
    write_drawing(result, name, svg);
  }
  made.keep();
}

}  // namespace glia::compile
