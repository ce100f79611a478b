// SPDX-License-Identifier: MIT
#include "serve/sweep_state.hpp"

#include "core/text.hpp"
#include "report/html.hpp"
#include "report/svg.hpp"
#include "sweep/results_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace glia::serve {
namespace {

using nlohmann::ordered_json;
using sweep::Status;

constexpr std::size_t most_workers = 64, most_failures = 20, rated_ends = 200, least_ends = 2;
constexpr double recent = 600;  ///< seconds within which trials ended that tell the rate

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string duration(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 100) return fmt::format("{} s", s);
  if (s < 6000) return fmt::format("{} min", (s + 30) / 60);
  if (s < 100 * 3600) return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
  return fmt::format("{} days", s / 86400);
}

void set_rate(SweepState& state, const std::vector<double>& ends) {
  const double now = now_seconds();
  std::size_t ended = 0;
  double first = now;
  for (const double end : ends) {
    if (end < now - recent || !std::isfinite(end)) continue;
    ++ended;
    first = std::min(first, end);
  }
  if (ended < least_ends || now - first < 1) return;
  state.per_second = static_cast<double>(ended) / (now - first);
  const auto left =
      state.total - std::min(state.total, state.count(Status::ok) + state.count(Status::pruned) +
                                              state.count(Status::failed));
  state.seconds_left = static_cast<double>(left) / state.per_second;
}

std::string tile(const std::string& value, const std::string& name, bool bad = false) {
  return fmt::format("<li{}><b>{}</b>{}</li>\n", bad ? " class=\"bad\"" : "",
                     report::escaped(value), report::escaped(name));
}

std::string rate_text(double per_second) {
  return per_second >= 1 ? fmt::format("{:.1f}/s", per_second)
                         : fmt::format("{:.1f}/min", 60 * per_second);
}

std::string workers_table(const SweepState& state) {
  if (state.running.empty()) return {};
  report::HtmlTable table{.caption = state.holder
                                         ? fmt::format("At work: process {} on {}.",
                                                       state.holder->pid, state.holder->host)
                                         : "At work.",
                          .columns = {"worker", "epoch", "trial", "attempt", "for"},
                          .left = 2,
                          .rows = {}};
  for (std::size_t i = 0; i < state.running.size(); ++i) {
    const auto& attempt = state.running[i];
    table.rows.push_back({fmt::format("process {} on {}", attempt.pid, attempt.host),
                          progress_text(state.curves[i]), std::to_string(attempt.trial),
                          std::to_string(attempt.attempt),
                          duration(std::max(0.0, now_seconds() - attempt.started))});
  }
  return report::element("h2", "Workers") + report::to_html(table);
}

/// Lines as they are; `escaped` keeps to one.
std::string lines_of(const std::string& text) {
  std::string all;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    all += report::escaped(text.substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  return all;
}

std::string failures_list(const SweepState& state) {
  if (state.failures.empty()) return {};
  std::string text = report::element("h2", "Latest failures");
  for (const auto& failure : state.failures) {
    text += fmt::format(
        "<details><summary>trial {}, attempt {}: {}</summary>\n", failure.trial, failure.attempt,
        report::escaped(shortened(failure.error.substr(0, failure.error.find('\n')), 160)));
    text += fmt::format("<pre tabindex=\"0\" aria-label=\"What is known of the failure\">{}</pre>",
                        lines_of(failure.error));
    if (!failure.log.empty()) {
      text += report::element("p", "The last lines of its worker:") +
              fmt::format("<pre tabindex=\"0\" aria-label=\"Log\">{}</pre>", lines_of(failure.log));
    }
    if (!failure.command.empty()) {
      text += report::element("p", "To repeat it:") +
              fmt::format("<pre tabindex=\"0\" aria-label=\"Command\">{}</pre>",
                          lines_of(failure.command));
    }
    text += "</details>\n";
  }
  return text;
}

ordered_json json_of(const sweep::Attempt& attempt) {
  return {{"trial", attempt.trial},
          {"attempt", attempt.attempt},
          {"host", attempt.host},
          {"pid", attempt.pid},
          {"started", attempt.started}};
}

}  // namespace

std::size_t SweepState::count(Status status) const {
  const auto it = counts.find(status);
  return it == counts.end() ? 0 : it->second;
}

SweepState state_of(const std::filesystem::path& folder) {
  SweepState state;
  state.holder = sweep::holder_of(folder);
  const sweep::Store store(folder / "sweep.sqlite", sweep::Store::Mode::read);
  state.status = sweep::sweep_status(store, state.holder.has_value());
  state.counts = store.counts();
  state.total = store.size();
  state.failures = store.latest_attempts(Status::failed, most_failures);
  if (state.holder) {
    state.running = store.latest_attempts(Status::running, most_workers);
    std::vector<std::size_t> trials;
    for (const auto& attempt : state.running) trials.push_back(attempt.trial);
    state.curves = read_running(folder, trials);
    set_rate(state, store.latest_ends(rated_ends));
  } else if (const auto cut_off = state.count(Status::running)) {
    state.counts[Status::interrupted] += cut_off;  // with whoever was at work
    state.counts.erase(Status::running);
  }
  return state;
}

ordered_json json_of(const SweepState& state) {
  ordered_json trials = ordered_json::object();
  for (const auto& [status, count] : state.counts) trials[sweep::status_name(status)] = count;
  ordered_json json{{"status", state.status}, {"total", state.total}, {"trials", trials}};
  json["holder"] = nullptr;
  if (state.holder) json["holder"] = {{"host", state.holder->host}, {"pid", state.holder->pid}};
  json["trials_per_second"] = nullptr;
  json["seconds_left"] = nullptr;
  if (state.per_second > 0) {
    json["trials_per_second"] = state.per_second;
    json["seconds_left"] = state.seconds_left;
  }
  json["workers"] = ordered_json::array();
  for (std::size_t i = 0; i < state.running.size(); ++i) {
    auto worker = json_of(state.running[i]);
    worker["latest"] = ordered_json::array();
    for (const auto& line : latest_lines(state.curves[i].lines)) {
      worker["latest"].push_back(json_of(line));
    }
    json["workers"].push_back(std::move(worker));
  }
  json["failures"] = ordered_json::array();
  for (const auto& failure : state.failures) {
    auto entry = json_of(failure);
    entry["error"] = failure.error;
    entry["log"] = failure.log;
    entry["command"] = failure.command;
    json["failures"].push_back(std::move(entry));
  }
  return json;
}

std::string state_section(const SweepState& state) {
  const std::size_t done = state.count(Status::ok) + state.count(Status::pruned),
                    failed = state.count(Status::failed);
  std::string text = fmt::format(
      "<p><progress aria-label=\"Trials that have ended\" value=\"{}\" max=\"{}\"></progress> "
      "{} of {} trials have ended.</p>\n<ul class=\"tiles\">\n",
      done + failed, std::max<std::size_t>(1, state.total), done + failed, state.total);
  text += tile(std::to_string(done), "done") + tile(std::to_string(failed), "failed", failed > 0);
  for (const Status status : {Status::pruned, Status::running, Status::interrupted}) {
    if (state.count(status) > 0) {
      text += tile(std::to_string(state.count(status)),
                   status == Status::pruned ? "of them stopped early" : sweep::status_name(status));
    }
  }
  if (done + failed < state.total) {
    text += tile(std::to_string(state.total - done - failed), "to come");
  }
  if (state.per_second > 0) {
    text += tile(rate_text(state.per_second), "rate") +
            tile(duration(state.seconds_left), "left, at this rate");
  }
  return text + "</ul>\n" + workers_table(state) + running_section(state.curves) +
         failures_list(state);
}

}  // namespace glia::serve
