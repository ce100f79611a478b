// SPDX-License-Identifier: MIT
#include "serve/epochs.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "report/html.hpp"
#include "report/study_figures.hpp"
#include "results/epochs_seal.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

namespace glia::serve {
namespace {

constexpr std::size_t columns = 8;

double number(std::string_view text) {
  double value = 0;  // csv_number's are float32, as samples are
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : results::unknown;
}

std::int64_t count(std::string_view text) {
  const double value = number(text);
  return value >= 0 && value < 1e15 ? static_cast<std::int64_t>(value) : 0;
}

/// The lines of a file that may be long and may be growing: all of it, or pieces of whole lines,
/// spread evenly over it, the last one up to its end.
class Pieces {
 public:
  /// Error (io) if it cannot be read.
  explicit Pieces(const std::filesystem::path& file) : file_(file), opened_(open_to_read(file)) {
    struct stat info {};
    if (::fstat(opened_, &info) == 0) bytes_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~Pieces() { ::close(opened_); }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  std::uint64_t count() const { return bytes_ > most_read ? most_read / piece : 1; }

  /// Whole lines, but for one that lies on a border.
  std::string text(std::uint64_t number) const {
    if (count() == 1) return whole_lines(read(0, bytes_), true);
    const std::uint64_t begin = number * (bytes_ - piece) / (count() - 1);
    return whole_lines(read(begin, piece), number == 0);
  }

 private:
  static constexpr std::uint64_t piece = 8192;

  static std::string whole_lines(std::string text, bool first) {
    text.resize(text.rfind('\n') + 1);  // npos + 1 is 0: a line is being written
    return first ? text : text.erase(0, text.find('\n') + 1);
  }

  std::string read(std::uint64_t begin, std::uint64_t bytes) const {
    std::string text(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      const auto got =
          ::pread(opened_, text.data() + done, bytes - done, static_cast<off_t>(begin + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        throw Error(ErrorCode::io,
                    fmt::format("cannot read {}: {}", file_.string(), std::strerror(errno)));
      }
      if (got == 0) break;  // it was made shorter
      done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    if (const auto zero = text.find('\0'); zero != std::string::npos) {
      throw Error(ErrorCode::data,
                  fmt::format("{} is damaged: byte {} is zero", file_.string(), begin + zero));
    }
    return text;
  }

  std::filesystem::path file_;
  int opened_;
  std::uint64_t bytes_ = 0;
};

/// `header`: the first line names the columns.
void add_lines(const std::string& name, const std::string& text, bool header,
               std::vector<EpochLine>& all) {
  CsvLines lines(name, text);
  for (bool head = header; lines.next(); head = false) {
    const auto& f = lines.fields();
    if (head || f.size() < columns) continue;
    all.push_back({.stage = std::string(f[0]),
                   .head = std::string(f[1]),
                   .epoch = count(f[2]),
                   .epochs = count(f[3]),
                   .train_loss = number(f[4]),
                   .metric = std::string(f[5]),
                   .validation = number(f[6]),
                   .test = number(f[7])});
  }
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

/// "" also where the results are damaged, as the list of runs tells.
std::string change_of(const std::filesystem::path& folder) {
  try {
    return results::epochs_problem(folder);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

Metric metric_named(const std::string& name) {
  const bool share = name == "accuracy" || name == "balanced_accuracy";
  return {name, true, share ? "share" : ""};
}

EpochLines read_epochs(const std::filesystem::path& folder) {
  std::error_code ignored;
  const auto file = folder / "epochs.csv";
  if (!std::filesystem::exists(file, ignored)) return {};
  const Pieces pieces(file);
  EpochLines all{.lines = {}, .thinned = pieces.count() > 1};
  // Of a long file a digest would take longer than the pieces that are shown.
  const std::string problem = all.thinned ? "" : change_of(folder);
  if (!problem.empty()) throw Error(ErrorCode::data, problem);
  for (std::uint64_t i = 0; i < pieces.count(); ++i) {
    add_lines(file.string(), pieces.text(i), i == 0, all.lines);
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

std::string epochs_section(const EpochLines& epochs) {
  const auto& lines = epochs.lines;
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
  const std::string left_out =
      epochs.thinned
          ? report::element("p",
                            "epochs.csv is long: of it only pieces that are evenly spread "
                            "are shown, the latest epochs among them.",
                            "faint")
          : "";
  return report::element("h2", "Training") + report::to_html(table) + left_out +
         report::to_html(report::training_figures(study));
}

}  // namespace glia::serve
