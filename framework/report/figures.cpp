// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "core/files.hpp"
#include "report/damage_figure.hpp"
#include "report/figure_script.hpp"
#include "report/gnuplot.hpp"
#include "report/row_figure.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <system_error>

namespace glia::report {
namespace fs = std::filesystem;

void draw_figures(const results::Results& results, const fs::path& folder,
                  const std::string& title) {
  if (results.heads.empty()) return;
  const fs::path figures = folder / "figures";
  std::error_code error;
  fs::create_directories(figures, error);
  if (error) {
    throw Error(ErrorCode::io,
                fmt::format("cannot make {}: {}", figures.string(), error.message()));
  }
  write_file(figures / "curves.csv", curves_csv(results));
  write_file(figures / "figure.gp", figure_script(results, title));
  run_gnuplot(figures, "figure");

  const auto draw = [&](const std::string& name, const std::string& csv, const auto& script) {
    if (csv.empty()) return;
    write_file(figures / (name + ".csv"), csv);
    write_file(figures / (name + ".gp"), script(results, title));
    run_gnuplot(figures, name);
  };
  draw("rows", rows_csv(results), row_script);
  draw("damage", damage_levels_csv(results), damage_script);
}

}  // namespace glia::report
