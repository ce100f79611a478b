// SPDX-License-Identifier: MIT
#include "core/files.hpp"
#include "core/text.hpp"
#include "report/png.hpp"
#include "report/reproduction.hpp"
#include "report/reproduction_figure.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <list>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

std::string percent(double fraction) {
  return std::isfinite(fraction) ? rounded(100 * fraction, 2) : "";
}

/// Text of others inside a table or a paragraph of Markdown.
std::string markdown(const std::string& text) {
  std::string safe;
  for (const char c : one_line(text)) {
    if (std::string_view("\\`*_[]<>|").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += fmt::format(" {} |", cell);
  return line + '\n';
}

std::size_t collapsed_of(const Published& published, const PublishedValue& value) {
  return static_cast<std::size_t>(
      std::count_if(value.runs.begin(), value.runs.end(),
                    [&](double run) { return std::abs(run - published.collapsed_at) < 5e-5; }));
}

/// n, median, mean, IQR, collapsed, failed.
std::vector<std::string> our_cells(const ReproducedValue& value) {
  if (!value.ours) return {"0", "", "", "", "", std::to_string(value.failed)};
  const Summary& s = value.ours->test.summary;
  return {std::to_string(s.n),
          percent(s.median),
          percent(s.mean),
          fmt::format("{} to {}", percent(s.q1), percent(s.q3)),
          std::to_string(value.ours->test.collapsed),
          std::to_string(value.failed)};
}

/// Published n, median, mean, collapsed.
std::vector<std::string> their_cells(const Published& published, const ReproducedValue& value) {
  if (!value.theirs) return {"", "not published", "", ""};
  const PublishedValue& theirs = *value.theirs;
  const auto read_off = [&](double value) {
    const bool with_error = std::isfinite(value) && theirs.reading_error > 0;
    return percent(value) + (with_error ? " \xC2\xB1 " + percent(theirs.reading_error) : "");
  };
  const bool only_mean = !std::isfinite(theirs.median);
  return {theirs.n ? std::to_string(theirs.n) : "", read_off(theirs.median),
          only_mean ? read_off(theirs.mean) : percent(theirs.mean),
          theirs.runs.empty() ? "" : std::to_string(collapsed_of(published, theirs))};
}

std::string verdict_of(const ReproducedValue& value) {
  if (value.theirs && !value.theirs->comparable) return "another experiment, see below";
  if (value.verdict.empty()) return value.theirs && value.ours ? "cannot be told" : "";
  return (value.verdict == "within" ? "yes" : "**no**") + std::string(" (") + value.test + ')' +
         (value.collapse.empty() ? "" : "; collapses: " + value.collapse);
}

std::string value_table(const Published& published, const Reproduction& reproduction) {
  const bool levels = !reproduction.experiment->axis.empty();
  std::vector<std::string> names{"network"};
  if (levels) names.push_back(markdown(reproduction.experiment->axis));
  for (const char* name : {"n", "median", "mean", "IQR", "collapsed", "failed", "published n",
                           "published median", "published mean", "published collapsed",
                           "difference of medians", "within the expected spread"}) {
    names.push_back(name);
  }
  std::string text = fmt::format("{}|---|{}", table_row(names), levels ? "---:|" : "");
  for (int i = 0; i < 11; ++i) text += "---:|";
  text += "---|\n";
  for (const auto& value : reproduction.values) {
    std::vector<std::string> cells{markdown(value.series)};
    if (levels) cells.push_back(markdown(value.at));
    for (const auto& part : {our_cells(value), their_cells(published, value)}) {
      cells.insert(cells.end(), part.begin(), part.end());
    }
    cells.push_back(std::isfinite(value.difference) ? points(value.difference) : "");
    cells.push_back(verdict_of(value));
    text += table_row(cells);
  }
  return text;
}

std::string value_name(const Reproduction& reproduction, const ReproducedValue& value) {
  std::string name = fmt::format("{}, {}", reproduction.experiment->title, value.series);
  if (!value.at.empty()) name += fmt::format(" at {} {}", reproduction.experiment->axis, value.at);
  return markdown(name);
}

std::string agreement(const std::list<Reproduction>& all) {
  std::string within, outside;
  for (const auto& reproduction : all) {
    for (const auto& value : reproduction.values) {
      if (!value.ours || !value.theirs) continue;
      const bool mean = !std::isfinite(value.theirs->median);  // all that was published
      const std::string line = fmt::format(
          "- {}{}{} here, {} published\n", value_name(reproduction, value),
          mean ? ", means: " : ": ",
          percent(mean ? value.ours->test.summary.mean : value.ours->test.summary.median),
          percent(mean ? value.theirs->mean : value.theirs->median));
      if (value.verdict == "within") within += line;
      if (value.verdict == "outside") outside += line;
    }
  }
  return fmt::format(
      "## What agrees\n\n{}\n## What does not\n\n{}\nThe notes below each experiment say why.\n",
      within.empty() ? "Nothing could be compared.\n" : within,
      outside.empty() ? "Nothing that was compared.\n" : outside);
}

std::string section(const Published& published, const Reproduction& reproduction) {
  const auto& experiment = *reproduction.experiment;
  std::string text = fmt::format("\n## {}\n\n", markdown(experiment.title));
  text += fmt::format("![{}](figures/{}.png)\n\n", markdown(experiment.title), experiment.id);
  text += fmt::format("{} [SVG](figures/{}.svg), [numbers](figures/{}.csv).\n\n",
                      bar_caption(reproduction_figure(published, reproduction)), experiment.id,
                      experiment.id);
  text += value_table(published, reproduction) + '\n';
  text +=
      fmt::format("Sweep `{}` of {}.toml: {} trials, {} epochs", one_line(reproduction.study.id),
                  experiment.id, reproduction.study.trials.size(), reproduction.epochs);
  if (experiment.epochs > 0) {
    text += fmt::format(" (published: {})", rounded(experiment.epochs, 0));
  }
  text += ". ";
  for (const auto& [name, value] : origin_of(reproduction.study)) {
    text += fmt::format("{}: {}. ", markdown(name), markdown(value));
  }
  text += '\n';
  for (const auto& note : experiment.notes) text += '\n' + note + '\n';
  return text;
}

std::string missing(const Published& published, const std::map<std::string, fs::path>& folders) {
  std::string text;
  for (const auto& experiment : published.experiments) {
    if (!folders.count(experiment.id)) text += fmt::format("- {}\n", markdown(experiment.title));
  }
  return text.empty() ? "" : "\n## Not run\n\n" + text;
}

void draw(const fs::path& folder, const std::string& id) {
  const auto problem = draw_png(folder, id, {"-w", "1520"});
  if (!problem) return;
  throw Error(ErrorCode::io,
              fmt::format("cannot draw {}: {}", (folder / (id + ".png")).string(), problem.text),
              problem.missing ? "install librsvg2-bin" : "");
}

}  // namespace

std::vector<fs::path> write_reproduction(const Published& published,
                                         const std::map<std::string, fs::path>& folders,
                                         const fs::path& page, const std::string& command) {
  const fs::path figures = fs::absolute(page).parent_path() / "figures";
  std::error_code error;
  fs::create_directories(figures, error);
  if (error)
    throw Error(ErrorCode::io,
                fmt::format("cannot make {}: {}", figures.string(), error.message()));
  std::list<Reproduction> all;
  std::vector<fs::path> written{page};
  for (const auto& experiment : published.experiments) {
    const auto folder = folders.find(experiment.id);
    if (folder == folders.end()) continue;
    all.push_back(reproduce(published, experiment, read_study(folder->second)));
    const Drawing drawing = draw_bars(reproduction_figure(published, all.back()), 6000);
    write_file(figures / (experiment.id + ".svg"), drawing.file());
    write_file(figures / (experiment.id + ".csv"), reproduction_csv(published, all.back()));
    draw(figures, experiment.id);
    for (const char* ending : {".png", ".svg", ".csv"}) {
      written.push_back(figures / (experiment.id + ending));
    }
  }
  std::string text = fmt::format(
      "# The published experiments, repeated\n\nPublished values: {}\n\nThis page and its figures "
      "are made by\n\n    {}\n\nAccuracies are of the test set, in percent; n counts finished "
      "runs, collapsed ones included; IQR is the interquartile range (first to third quartile, "
      "interpolated linearly). With published runs the expected spread is judged by the "
      "Mann-Whitney U test, two-sided: within if p is at least 0.05. Where only a median (or a "
      "mean) was published: within if it lies in the 95 % bootstrap prediction interval for the "
      "median (or mean) of as many runs as were published (as many as ours where that is not "
      "known), widened by the error of reading it off a figure. Collapse counts are compared by "
      "Fisher's exact test.\n\n",
      markdown(published.source), one_line(command));
  text += agreement(all);
  for (const auto& reproduction : all) text += section(published, reproduction);
  write_file(page, text + missing(published, folders));
  return written;
}

}  // namespace glia::report
