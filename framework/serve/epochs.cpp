// SPDX-License-Identifier: MIT
#include "serve/epochs.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "report/html.hpp"
#include "report/study_figures.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

namespace glia::serve {
namespace {

constexpr std::size_t columns = 8;
constexpr std::size_t most_shown = 4 << 20;  // bytes: some 50,000 lines

/// The end of a file, from the start of a line on: what comes before is not read.
std::string last_lines(const std::filesystem::path& file) {
  const struct Closing {
    int fd;
    ~Closing() { ::close(fd); }
  } opened{open_to_read(file)};
  struct stat info {};
  ::fstat(opened.fd, &info);
  const auto size = static_cast<std::size_t>(std::max<off_t>(info.st_size, 0));
  const std::size_t begin = size > most_shown ? size - most_shown : 0;
  std::string text(std::min(size, most_shown), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(opened.fd, text.data() + have, text.size() - have,
                                static_cast<off_t>(begin + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorCode::data, file.string() + ": is damaged, or no text: it holds zeros");
  }
  if (begin > 0) text.erase(0, text.find('\n'));  // a line that is cut off, as the names are
  text.resize(text.rfind('\n') + 1);              // npos + 1 is 0: a line is being written
  return text;
}

double number(std::string_view text) {
  double value = 0;  // csv_number's are float32, as samples are
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : results::unknown;
}

std::int64_t count(std::string_view text) {
  const double value = number(text);
  return value >= 0 && value < 1e15 ? static_cast<std::int64_t>(value) : 0;
}

/// The run as far as it has come, as a report sees one.
report::Study study_of(const std::vector<EpochLine>& lines) {
  report::Study study;
  auto& trial = study.trials.emplace_back();
  for (const auto& line : lines) {
    if (line.head.empty()) {
      study.encoders[line.stage].train_loss.emplace_back(line.epoch, line.train_loss);
      continue;
    }
    auto& head = trial.heads[line.head];
    if (!line.metric.empty()) head.own_metrics = {metric_named(line.metric)};
    head.curve.push_back({.epoch = line.epoch,
                          .train_loss = line.train_loss,
                          .test_accuracy = line.test,
                          .validation_accuracy = line.validation});
    head.test_accuracy = 0;  // with one it counts as a run that is drawn
  }
  trial.status = "ok";
  return study;
}

}  // namespace

Metric metric_named(const std::string& name) {
  const bool share = name == "accuracy" || name == "balanced_accuracy";
  return {name, true, share ? "share" : ""};
}

std::vector<EpochLine> read_epochs(const std::filesystem::path& folder) {
  std::error_code ignored;
  const auto file = folder / "epochs.csv";
  if (!std::filesystem::exists(file, ignored)) return {};
  const std::string text = last_lines(file);
  std::vector<EpochLine> all;
  CsvLines lines(file.string(), text);
  while (lines.next()) {
    const auto& f = lines.fields();
    if (f.size() < columns || f[2] == "epoch") continue;  // the names
    all.push_back({.stage = std::string(f[0]),
                   .head = std::string(f[1]),
                   .epoch = count(f[2]),
                   .epochs = count(f[3]),
                   .train_loss = number(f[4]),
                   .metric = std::string(f[5]),
                   .validation = number(f[6]),
                   .test = number(f[7])});
  }
  return all;
}

std::vector<EpochLine> latest_lines(const std::vector<EpochLine>& lines) {
  std::map<std::pair<std::string, std::string>, EpochLine> last;
  for (const auto& line : lines) last.insert_or_assign({line.stage, line.head}, line);
  std::vector<EpochLine> all;
  for (auto& [of, line] : last) all.push_back(std::move(line));
  return all;
}

nlohmann::ordered_json json_of(const EpochLine& line) {
  using nlohmann::ordered_json;
  const auto measured = [](double value) {
    return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
  };
  return {{"stage", line.stage},
          {"head", line.head},
          {"epoch", line.epoch},
          {"epochs", line.epochs},
          {"train_loss", measured(line.train_loss)},
          {"metric", line.metric},
          {"validation", measured(line.validation)},
          {"test", measured(line.test)}};
}

std::string epochs_section(const std::vector<EpochLine>& lines) {
  if (lines.empty()) return {};
  report::HtmlTable table{
      .caption = "How far training has come.",
      .columns = {"stage", "head", "epoch", "of", "training loss", "validation", "test"},
      .left = 2,
      .rows = {}};
  for (const auto& last : latest_lines(lines)) {
    table.rows.push_back({last.stage, last.head, std::to_string(last.epoch),
                          std::to_string(last.epochs), rounded(last.train_loss, 4),
                          rounded(last.validation, 4), rounded(last.test, 4)});
  }
  const auto study = study_of(lines);
  return report::element("h2", "Training") + report::to_html(table) +
         report::to_html(report::training_figures(study));
}

}  // namespace glia::serve
