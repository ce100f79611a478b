// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/plan.hpp"
#include "sweep/sink.hpp"
#include "sweep/store.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glia::cli {

enum class ViewStyle {
  live,   ///< redrawn lines on a terminal
  lines,  ///< a line now and then
  json,   ///< one JSON object per event, on stdout
  quiet   ///< failures only
};

/// Shows a sweep on stderr: counts by state, rate, time left, best so far, a line per worker.
class SweepView final : public sweep::Watcher {
 public:
  /// `settings` of a trial as people are told them, "" for none. `judge`: what points are compared
  /// by; nothing: each head by what it is for, on validation.
  SweepView(ViewStyle style, const sweep::Store& store, int workers,
            std::optional<sweep::Objective> judge,
            std::function<std::string(std::size_t)> settings);
  ~SweepView() override;

  void worker(int number, const std::string& doing) override;
  void trial(const sweep::Outcome& outcome, bool again) override;
  void message(const std::string& text) override;
  void tick() override;

 private:
  using Clock = std::chrono::steady_clock;

  /// A head and the settings of a trial but for its seed.
  using PointKey = std::pair<std::string, std::string>;
  struct Point {
    std::vector<double> values;  ///< of its trials
    double good = 0;             ///< their median; more is better
    std::string text;            ///< "best validation 97.1 % (names, median, n = 3)"
  };

  /// A trial's number by the name of a head. `sign`: 1 where more is better, else -1.
  void note(const std::string& head, std::size_t trial, double value, double sign,
            const std::function<std::string(double)>& text);
  void note_all(const sweep::Outcome& outcome);
  std::string summary() const;
  std::string best() const;
  void draw();
  void clear();
  void print(const std::string& line);
  void print_summary();
  void print_event(const sweep::Outcome& outcome, bool again) const;

  const ViewStyle style_;
  std::size_t total_ = 0;
  std::size_t ended_here_ = 0;
  std::map<sweep::Status, std::size_t> counts_;
  std::map<int, std::string> workers_;
  std::optional<sweep::Objective> judge_;
  std::function<std::string(std::size_t)> settings_;
  std::map<PointKey, Point> points_;
  std::set<std::pair<double, PointKey>> ranked_;  ///< by `good`
  Clock::time_point start_ = Clock::now(), last_draw_{}, last_line_ = Clock::now();
  std::size_t lines_drawn_ = 0;
  std::size_t told_ = 0;
};

/// "12 s", "3:05 min", "2:07 h".
std::string duration_text(double seconds);

/// Settings of a trial in few words: "sigma=0.3, learning_rate=0.004", numbers with five digits, and
/// no seed. A name that two axes end in stands in full.
std::string settings_text(const sweep::Plan& plan, std::size_t trial);

}  // namespace glia::cli
