// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/sink.hpp"
#include "sweep/store.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <map>
#include <string>

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
  SweepView(ViewStyle style, const sweep::Store& store, int workers);
  ~SweepView() override;

  void worker(int number, const std::string& doing) override;
  void trial(const sweep::Outcome& outcome, bool again) override;
  void message(const std::string& text) override;
  void tick() override;

 private:
  using Clock = std::chrono::steady_clock;

  std::string summary() const;
  void draw();
  void clear();
  void print(const std::string& line);
  void print_event(const sweep::Outcome& outcome, bool again) const;

  const ViewStyle style_;
  std::size_t total_ = 0;
  std::size_t ended_here_ = 0;
  std::map<sweep::Status, std::size_t> counts_;
  std::map<int, std::string> workers_;
  std::string best_;
  double best_value_ = -std::numeric_limits<double>::infinity();  ///< more is better
  Clock::time_point start_ = Clock::now(), last_draw_{}, last_line_ = Clock::now();
  std::size_t lines_drawn_ = 0;
  std::size_t told_ = 0;
};

/// "12 s", "3:05 min", "2:07 h".
std::string duration_text(double seconds);

}  // namespace glia::cli
