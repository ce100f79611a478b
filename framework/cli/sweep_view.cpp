// SPDX-License-Identifier: MIT
#include "cli/sweep_view.hpp"

#include "cli/format.hpp"
#include "cli/terminal_width.hpp"
#include "core/json_text.hpp"
#include "core/median.hpp"
#include "core/output.hpp"
#include "core/text.hpp"
#include "report/judging.hpp"
#include "results/metric_text.hpp"
#include "sweep/best.hpp"
#include "sweep/objective.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace glia::cli {
namespace {

using namespace std::chrono_literals;
using sweep::Status;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string duration_text(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 100) return format("%ld s", s);
  if (s < 3600) return format("%ld:%02ld min", s / 60, s % 60);
  if (s < 100 * 3600) return format("%ld:%02ld h", s / 3600, s / 60 % 60);
  return format("%ld days", s / 86400);
}

std::string settings_text(const sweep::Plan& plan, std::size_t trial) {
  const auto last = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  std::string text;
  for (const auto& [axis, value] : sweep::settings_of(plan, trial)) {
    if (axis->path == "pipeline.seed") continue;
    const auto alike = std::count_if(
        plan.axes.begin(), plan.axes.end(),
        [&, &of = *axis](const auto& other) { return last(other.path) == last(of.path); });
    text +=
        fmt::format("{}{}={}", text.empty() ? "" : ", ", alike > 1 ? axis->path : last(axis->path),
                    report::short_value(axis->texts[value]));
  }
  return text;
}

SweepView::SweepView(ViewStyle style, const sweep::Store& store, int workers,
                     std::optional<sweep::Objective> judge,
                     std::function<std::string(std::size_t)> settings)
    : style_(style),
      counts_(store.counts()),
      judge_(std::move(judge)),
      settings_(std::move(settings)) {
  for (const auto& [status, count] : counts_) total_ += count;
  const std::size_t expected = store.size();
  if (expected > total_) {  // those that follow from results are pending too
    counts_[Status::pending] += expected - total_;
    total_ = expected;
  }
  // What was cut off is taken up again.
  for (const Status status : {Status::running, Status::interrupted}) {
    if (const auto it = counts_.find(status); it != counts_.end()) {
      counts_[Status::pending] += it->second;
      counts_.erase(it);
    }
  }
  for (int i = 1; i <= workers; ++i) workers_[i] = "";
}

SweepView::~SweepView() {
  clear();
  if (style_ == ViewStyle::lines && told_ != ended_here_) print_summary();
}

void SweepView::worker(int number, const std::string& doing) { workers_[number] = doing; }

void SweepView::trial(const sweep::Outcome& outcome, bool again) {
  if (style_ == ViewStyle::json) print_event(outcome, again);
  const std::string name = "trial " + std::to_string(outcome.trial);
  if (again) {
    return message(fmt::format("{}: {}; it is run again", name, first_line(outcome.error)));
  }
  auto& pending = counts_[Status::pending];
  if (pending > 0) --pending;
  ++counts_[outcome.status];
  if (outcome.status != Status::interrupted) ++ended_here_;
  if (outcome.status == Status::failed) {
    // The command once, as it is long and much the same for others: failures/ has them all.
    const bool first = counts_[Status::failed] == 1;
    message(fmt::format("{} failed: {}{}", name, first_line(outcome.error),
                        first ? "\n  repeat it with: " + outcome.command : std::string()));
  }
  if (outcome.status != Status::ok) return;
  note_all(outcome);
}

void SweepView::note_all(const sweep::Outcome& outcome) {
  if (judge_) {
    const auto value = sweep::objective_of(*judge_, outcome);
    if (!value) return;
    return note(judge_->head, outcome.trial, *value, judge_->minimize ? -1 : 1, [&](double median) {
      return fmt::format("best {} {}", judge_->text(), rounded(median, 4));
    });
  }
  for (const auto& [id, head] : outcome.heads) {
    if (!std::isfinite(head.validation_accuracy)) continue;  // never chosen by the test split
    const Metric objective = results::objective_of_json(head.json);
    const bool usual = results::is_accuracy(objective);
    note(id, outcome.trial, head.validation_accuracy, objective.higher_is_better ? 1 : -1,
         [&](double median) {
           return fmt::format("best {} {}",
                              usual ? "validation" : results::metric_label("validation", objective),
                              results::metric_text(objective, median, 2));
         });
  }
}

/// Trials that differ by their seed alone are judged by their median, as `glia best` does.
void SweepView::note(const std::string& head, std::size_t trial, double value, double sign,
                     const std::function<std::string(double)>& text) {
  const PointKey key{head, settings_(trial)};
  Point& point = points_[key];
  if (!point.values.empty()) ranked_.erase({point.good, key});
  point.values.push_back(value);
  const double median = median_of(point.values);
  point.good = sign * median;
  ranked_.insert({point.good, key});
  const std::size_t n = point.values.size();
  point.text =
      fmt::format("{} ({}, {})", text(median), head,
                  n == 1 ? fmt::format("trial {}", trial) : fmt::format("median, n = {}", n));
}

void SweepView::message(const std::string& text) {
  if (style_ == ViewStyle::json) {
    const nlohmann::ordered_json event{{"event", "message"}, {"text", text}};
    glia::print("%s\n", json_text(event).c_str());
    sync_output();
    return;
  }
  print(text);
}

void SweepView::print_event(const sweep::Outcome& outcome, bool again) const {
  using nlohmann::ordered_json;
  ordered_json heads = ordered_json::object();
  for (const auto& [id, head] : outcome.heads) {
    heads[id] = {{"test_accuracy", head.test_accuracy}, {"test_loss", head.test_loss}};
  }
  const ordered_json event{{"event", again ? "attempt" : "trial"},
                           {"trial", outcome.trial},
                           {"status", sweep::status_name(outcome.status)},
                           {"heads", heads},
                           {"seconds", outcome.seconds},
                           {"error", outcome.error}};
  glia::print("%s\n", json_text(event).c_str());
  sync_output();
}

void SweepView::tick() {
  const auto now = Clock::now();
  if (style_ == ViewStyle::live && now - last_draw_ > 200ms) {
    last_draw_ = now;
    draw();
  }
  if (style_ == ViewStyle::lines && now - last_line_ > 10s) {
    last_line_ = now;
    told_ = ended_here_;
    print_summary();
  }
}

std::string SweepView::summary() const {
  std::size_t running = 0;
  for (const auto& [number, doing] : workers_) running += doing.starts_with("trial ") ? 1 : 0;
  const auto of = [&](Status status) {
    const auto it = counts_.find(status);
    return it == counts_.end() ? std::size_t{0} : it->second;
  };
  std::string text = format("%zu of %zu done", of(Status::ok) + of(Status::pruned), total_);
  if (of(Status::pruned)) text += format(" (%zu stopped early)", of(Status::pruned));
  if (of(Status::failed)) text += format(", %zu failed", of(Status::failed));
  if (of(Status::interrupted)) text += format(", %zu interrupted", of(Status::interrupted));
  if (running) text += format(", %zu running", running);
  const double spent = std::chrono::duration<double>(Clock::now() - start_).count();
  if (ended_here_ > 0 && spent > 0) {
    const double rate = static_cast<double>(ended_here_) / spent;
    text += rate >= 1 ? format(", %.0f trials/s", rate) : format(", %.1f trials/min", 60 * rate);
    const std::size_t left = of(Status::pending);
    if (left > 0) text += fmt::format(", {} left", duration_text(static_cast<double>(left) / rate));
  }
  return text;
}

std::string SweepView::best() const {
  if (ranked_.empty()) return {};
  const auto& key = ranked_.rbegin()->second;
  const std::string& text = points_.at(key).text;
  return key.second.empty() ? text : fmt::format("{}: {}", text, key.second);
}

void SweepView::draw() {
  clear();
  const std::size_t columns = terminal_width() - 1;
  const auto line = [&](const std::string& text) {
    std::fprintf(stderr, "%s\n", shortened(text, columns).c_str());
    ++lines_drawn_;
  };
  line(summary());
  if (!ranked_.empty()) line(best());
  for (const auto& [number, doing] : workers_) {
    line(format("  %2d  ", number) + (doing.empty() ? "-" : doing));
  }
}

void SweepView::clear() {
  if (lines_drawn_ > 0) std::fprintf(stderr, "\033[%zuF\033[J", lines_drawn_);
  lines_drawn_ = 0;
}

void SweepView::print_summary() {
  const std::string found = best();
  print(found.empty() ? summary() : fmt::format("{}; {}", summary(), found));
}

void SweepView::print(const std::string& line) {
  if (style_ == ViewStyle::json) return;
  clear();
  std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace glia::cli
