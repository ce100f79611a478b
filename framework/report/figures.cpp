// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "core/files.hpp"
#include "report/figure_script.hpp"
#include "report/gnuplot.hpp"
#include "report/row_figure.hpp"

#include <glia/sdk/error.hpp>

#include <system_error>

namespace glia::report {
namespace fs = std::filesystem;

void draw_figures(const Results& results, const fs::path& folder, const std::string& title) {
  if (results.heads.empty()) return;
  const fs::path figures = folder / "figures";
  std::error_code error;
  fs::create_directories(figures, error);
  if (error) {
    throw Error(ErrorCode::io, "cannot make " + figures.string() + ": " + error.message());
  }
  write_file(figures / "curves.csv", curves_csv(results));
  write_file(figures / "figure.gp", figure_script(results, title));
  run_gnuplot(figures, "figure");

  const std::string rows = rows_csv(results);
  if (rows.empty()) return;
  write_file(figures / "rows.csv", rows);
  write_file(figures / "rows.gp", row_script(results, title));
  run_gnuplot(figures, "rows");
}

}  // namespace glia::report
