// SPDX-License-Identifier: MIT
#include "cli/progress.hpp"

#include "cli/format.hpp"
#include "cli/terminal_width.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <utility>

namespace glia::cli {
namespace {

using namespace std::chrono_literals;

/// "0:07", "12:31", "2:05:00".
std::string clock_text(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  return s >= 3600 ? format("%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60)
                   : format("%ld:%02ld", s / 60, s % 60);
}

}  // namespace

TerminalProgress::TerminalProgress(bool terminal, bool quiet, std::set<std::string> cached)
    : terminal_(terminal), quiet_(quiet), cached_(std::move(cached)) {}

TerminalProgress::~TerminalProgress() { clear_line(); }

void TerminalProgress::stage_begins(const std::string& stage) {
  const std::lock_guard lock(mutex_);
  stages_[stage] = {};
  redraw();
}

void TerminalProgress::batch(const std::string& name, std::int64_t epoch, std::int64_t epochs,
                             std::uint64_t done, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  Stage& stage = stages_[name];
  stage.epoch = epoch;
  stage.epochs = epochs;
  stage.fraction =
      (static_cast<double>(epoch - 1) + static_cast<double>(done) / static_cast<double>(total)) /
      static_cast<double>(epochs);
  if (stage.fraction_at_start < 0) stage.fraction_at_start = stage.fraction;
  if (Clock::now() - last_draw_ > 100ms) redraw();
}

void TerminalProgress::epoch(const train::EpochReport& report) {
  const std::lock_guard lock(mutex_);
  Stage& stage = stages_[report.stage];
  const bool plays = results::is_return(report.objective);
  stage.numbers = plays ? format("mean return %.4g", -report.train_loss)
                        : format("loss %.4g", report.train_loss);
  // Whoever watches chooses, when to stop for one; so test is shown where there is nothing else.
  const auto& shown =
      report.validation_accuracy ? report.validation_accuracy : report.test_accuracy;
  if (shown) {
    const char* split = report.validation_accuracy ? "validation" : "test";
    stage.numbers += fmt::format("  {} {}", results::metric_label(split, report.objective),
                                 results::metric_text(report.objective, *shown, 2));
  }
  stage.numbers += format("  %.0f ", static_cast<double>(report.samples) / report.seconds);
  stage.numbers += plays ? "steps/s" : "samples/s";
  if (!terminal_ && (Clock::now() - stage.last_line > 5s || report.last)) {
    stage.last_line = Clock::now();
    const bool one_of_several = !report.head.empty() && report.stage != report.head + "/train";
    print(report.stage + (one_of_several ? fmt::format(" ({})", report.head) : "") +
          fmt::format(": {} {}/{}  ", plays ? "generation" : "epoch", report.epoch, report.epochs) +
          stage.numbers);
  }
  redraw();
}

void TerminalProgress::stage_ends(const std::string& name, double seconds, bool reused) {
  const std::lock_guard lock(mutex_);
  const std::string numbers = stages_[name].numbers;
  stages_.erase(name);
  const char* from = cached_.count(name) ? "taken from the cache" : "taken from the checkpoint";
  print(fmt::format("{}: {}{}", name, reused ? from : format("done in %.1f s", seconds),
                    terminal_ && !numbers.empty() ? "  " + numbers : ""));
  redraw();
}

void TerminalProgress::redraw() {
  if (!terminal_ || quiet_) return;
  last_draw_ = Clock::now();
  std::string line;
  for (const auto& [name, stage] : stages_) {
    if (!line.empty()) line += "  |  ";
    line += name;
    if (stage.epochs == 0) continue;
    line += format(" %ld/%ld", static_cast<long>(stage.epoch), static_cast<long>(stage.epochs));
    const double gained = stage.fraction - stage.fraction_at_start;
    if (gained > 0) {
      const std::chrono::duration<double> spent = Clock::now() - stage.start;
      line += fmt::format(" {} left", clock_text(spent.count() / gained * (1 - stage.fraction)));
    }
    if (!stage.numbers.empty()) line += "  " + stage.numbers;
  }
  if (const std::size_t width = terminal_width(); line.size() >= width) line.resize(width - 1);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  drawn_ = true;
}

void TerminalProgress::clear_line() {
  if (drawn_) std::fprintf(stderr, "\r\033[K");
  drawn_ = false;
}

void TerminalProgress::print(const std::string& line) {
  if (quiet_) return;
  clear_line();
  std::fprintf(stderr, "%s\n", line.c_str());
}

}  // namespace glia::cli
