// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "core/files.hpp"
#include "core/process.hpp"
#include "report/figure_script.hpp"
#include "report/text.hpp"

#include <glia/sdk/error.hpp>

#include <system_error>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds time_limit{120};

[[noreturn]] void fail(const std::string& why, const fs::path& folder) {
  throw Error(ErrorCode::io, "cannot draw the figures: " + why,
              "the numbers are in " + (folder / "curves.csv").string() + "; try: cd " +
                  folder.string() + " && gnuplot figure.gp");
}

bool has_content(const fs::path& file) {
  std::error_code none;
  const auto size = fs::file_size(file, none);
  return !none && size > 0;
}

}  // namespace

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
  for (const char* name : {"figure.png", "figure.svg"}) fs::remove(figures / name, error);

  // -d: settings of the user's own start-up files would change the picture.
  const Ended ended = run_program({"gnuplot", "-d", "figure.gp"}, figures, time_limit);
  if (!ended.found) {
    throw Error(ErrorCode::io, "cannot draw the figures: gnuplot was not found",
                "install gnuplot-nox, then: cd " + figures.string() + " && gnuplot figure.gp");
  }
  if (ended.timed_out) fail("gnuplot took longer than two minutes", figures);
  if (ended.status != 0 || !has_content(figures / "figure.png") ||
      !has_content(figures / "figure.svg")) {
    fail(
        "gnuplot ended with status " + std::to_string(ended.status) + ": " + one_line(ended.output),
        figures);
  }
}

}  // namespace glia::report
