// SPDX-License-Identifier: MIT
#include "report/page.hpp"

#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/log.hpp"
#include "core/sealed_json.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"
#include "report/confusion.hpp"
#include "report/html.hpp"
#include "report/judging.hpp"
#include "report/page_tables.hpp"
#include "report/study_figures.hpp"
#include "report/svg.hpp"
#include "results/run_origin.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr std::size_t most_failed = 100, most_text = 60000, most_confusions = 8;

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return "n/a";
  if (seconds < 120) return rounded(seconds, 1) + " s";
  if (seconds < 7200) return rounded(seconds / 60, 1) + " min";
  return rounded(seconds / 3600, 1) + " h";
}

std::string header(const Study& study) {
  std::string text = element("h1", study.pipeline.empty() ? study.id : study.pipeline);
  text += element(
      "p", fmt::format("{}{}, status: {}", study.sweep ? "Sweep " : "Run ", study.id, study.status),
      "faint");
  return text;
}

std::string tile(const std::string& value, const std::string& name, bool bad = false) {
  return fmt::format("{}{}</b>{}</li>\n", bad ? "<li class=\"bad\"><b>" : "<li><b>", escaped(value),
                     escaped(name));
}

std::string tiles(const Study& study, const std::vector<Group>& groups) {
  std::map<std::string, std::size_t> counts;
  double seconds = 0;
  for (const auto& trial : study.trials) {
    ++counts[trial.status];
    if (std::isfinite(trial.seconds)) seconds += trial.seconds;
  }
  std::string text = "<ul class=\"tiles\">\n";
  if (study.sweep) {
    text += tile(std::to_string(study.trials.size()), "trials") +
            tile(std::to_string(counts["ok"]), "ok") +
            tile(std::to_string(counts["failed"]), "failed", counts["failed"] > 0);
    for (const char* status : {"pruned", "interrupted", "pending"}) {
      if (counts[status] > 0) text += tile(std::to_string(counts[status]), status);
    }
  }
  std::size_t collapsed = 0;
  for (const auto& group : groups) {
    for (const auto& [id, sample] : group.heads) collapsed += sample.test.collapsed;
  }
  const bool plays = actor_of(study) == "policy";
  const char* one = plays ? "collapsed policy" : "collapsed head";
  const char* many = plays ? "collapsed policies" : "collapsed heads";
  text += tile(std::to_string(collapsed), collapsed == 1 ? one : many, collapsed > 0);
  return fmt::format("{}{}</ul>\n", text, tile(duration(seconds), "computed in all"));
}

std::string figures(const Study& study, FigureFiles& files) {
  const std::string text = to_html(figures_of(study), &files);
  return text.empty() ? "" : element("h2", "Figures") + text;
}

/// A picture and a table for every head and split.
std::string confusions(const Study& study, FigureFiles& files) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& confusion : confusions_of(study)) {
    if (++shown > most_confusions) break;
    auto map = confusion_map(confusion);
    const std::string heading = fmt::format("{}, {} split", confusion.head, confusion.split);
    const auto of = basis(confusion.split, static_cast<std::size_t>(confusion.samples()), "sample",
                          "counts" + (confusion.of.empty() ? "" : ", " + confusion.of));
    map.title = titled("Confusion of " + confusion.head, of);
    const PageFigure figure{
        .heading = heading,
        .of = of,
        .svg = draw_heat_map(map).embedded(),
        .caption =
            "Samples of each class (rows) by the answer given (columns). Colour: "
            "part of the class.",
        .numbers = numbers_of(confusion)};
    text += to_html(std::vector{figure}, &files) + to_html(class_table(confusion));
  }
  return text.empty() ? "" : element("h2", "Confusion matrix") + text;
}

std::string failures(const Study& study) {
  HtmlTable table{"", {"trial", "seed", "setting", "error", "to repeat it"}, 5, {}};
  std::size_t failed = 0;
  for (const auto& trial : study.trials) {
    if (trial.status != "failed") continue;
    if (++failed > most_failed) continue;
    table.rows.push_back({std::to_string(trial.number), std::to_string(trial.seed),
                          setting_text(study, trial.values), shortened(trial.error, 400),
                          shortened(repeat_command(study, trial), 1000)});
  }
  if (failed == 0) return {};
  table.caption =
      std::to_string(failed) + (failed == 1 ? " trial has failed." : " trials have failed.");
  if (failed > most_failed)
    table.caption += fmt::format(" The first {} are shown.", std::to_string(most_failed));
  return element("h2", "Failed trials") + to_html(table);
}

/// The digest of pipeline.toml that was written down when it was made; "" where none was, or what
/// holds it is damaged, as other commands tell.
std::string digest_of_pipeline(const Study& study) try {
  if (!study.sweep) return results::read_run_origin(study.folder).pipeline;
  const auto file = study.folder / "sweep.json";
  if (!std::filesystem::exists(file)) return {};
  const auto origin = parse_sealed(read_text_file(file), file.string());
  return origin.value("pipeline_sha256", std::string());
} catch (const std::exception&) {
  return {};
}

std::string pipeline_text(const Study& study) {
  const auto file = study.folder / "pipeline.toml";
  if (!std::filesystem::exists(file)) return {};
  const std::string text = read_text_file(file);
  const std::string digest = digest_of_pipeline(study);
  if (!digest.empty() && digest != sha256_hex(text)) {
    const std::string what = file.filename().string() + " was changed since glia wrote it";
    log().warn("{}: {}; the page does not show it", study.folder.string(), what);
    return element("p", what + ": it is not what was run, and is not shown.");
  }
  std::string lines;  // escaped() keeps to one line
  std::size_t begin = 0;
  while (begin < std::min(text.size(), most_text)) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines += escaped(text.substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  if (text.size() > most_text) lines += "...\n";
  return fmt::format(
      "<details><summary>The pipeline as given; what the command line has set besides stands "
      "above, "
      "in the command</summary>\n<pre tabindex=\"0\">{}</pre></details>\n",
      lines);
}

}  // namespace

std::string report_body(const Study& study, const std::vector<Group>& groups,
                        const std::string& table, FigureFiles& files) {
  std::string body = definitions(origin_of(study)) + tiles(study, groups) + best_points(study);
  if (!study.sweep && !study.trials[0].error.empty()) {
    body += element("p", "The run ended with: " + study.trials[0].error);
  }
  const std::string tables = study.sweep
                                 ? group_table(study, groups, table) + head_table(study, groups)
                                 : run_tables(study);
  // A table of several screens would hide the figures below it.
  const bool figures_first = groups.size() > 40 || study.is_search();
  const std::string drawn = figures(study, files);
  body += figures_first ? drawn + tables : tables + drawn;
  body += confusions(study, files);
  return body + failures(study) + pipeline_text(study);
}

std::string report_page(const Study& study, const std::vector<Group>& groups,
                        const std::string& table, FigureFiles& files) {
  const std::string body =
      header(study) + report_body(study, groups, table, files) +
      element("p", fmt::format("The numbers of every group are in {} beside this page.", table),
              "faint");
  return html_page((study.pipeline.empty() ? study.id : study.pipeline) + ": report", body);
}

}  // namespace glia::report
