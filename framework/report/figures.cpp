// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "core/files.hpp"
#include "report/damage_figure.hpp"
#include "report/png.hpp"
#include "report/row_figure.hpp"
#include "report/run_figure.hpp"
#include "report/tolerance.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <system_error>

namespace glia::report {
namespace fs = std::filesystem;

void draw_figures(const results::Results& measured, const fs::path& folder,
                  const std::string& title) {
  if (measured.heads.empty()) return;
  const auto results = with_tolerances(measured, folder);
  const fs::path figures = folder / "figures";
  std::error_code error;
  fs::create_directories(figures, error);
  if (error) {
    throw Error(ErrorCode::io,
                fmt::format("cannot make {}: {}", figures.string(), error.message()));
  }
  write_file(figures / "curves.csv", curves_csv(results));
  write_file(figures / "figure.csv", final_csv(results));
  const std::string rows = rows_csv(results), damage = damage_levels_csv(results);
  const auto draw = [&](const std::string& name, const std::string& svg) {
    write_file(figures / (name + ".svg"), svg);
    if (const auto problem = draw_png(figures, name, {"-z", "1.5"})) {
      throw Error(
          ErrorCode::io, "cannot draw the figures: " + problem.text,
          problem.missing ? "install librsvg2-bin; the .svg files are there all the same" : "");
    }
  };
  // The numbers of all of them first: these do not hang on a program that draws.
  if (!rows.empty()) write_file(figures / "rows.csv", rows);
  if (!damage.empty()) write_file(figures / "damage.csv", damage);
  draw("figure", run_figure(results, title));
  if (!rows.empty()) draw("rows", rows_figure(results, title));
  if (!damage.empty()) draw("damage", damage_chart(results, title));
}

}  // namespace glia::report
