// SPDX-License-Identifier: MIT
#include "sweep/work_queue.hpp"

#include <algorithm>
#include <utility>

namespace glia::sweep {

WorkQueue::WorkQueue(const Plan& plan, const std::vector<std::size_t>& trials,
                     std::function<bool(const SharedStage&)> is_there)
    : plan_(plan), is_there_(std::move(is_there)) {
  for (const std::size_t trial : trials) add(trial);
}

void WorkQueue::add(std::size_t trial) {
  stages_.resize(plan_.shared.size(), State::there);
  users_.resize(plan_.shared.size(), 0);
  ready_.insert(trial);
  for (const std::size_t stage : plan_.trials.at(trial).stages) {
    // What a single trial needs it computes itself.
    const bool shared = ++users_[stage] == 2;
    if (shared && !is_there_(plan_.shared[stage])) stages_[stage] = State::unknown;
  }
}

std::optional<std::size_t> WorkQueue::missing(std::size_t trial) const {
  for (const std::size_t stage : plan_.trials[trial].stages) {
    if (stages_[stage] != State::there) return stage;
  }
  return std::nullopt;
}

std::optional<Work> WorkQueue::take(Clock::time_point now) {
  while (!later_.empty() && later_.begin()->first <= now) {
    ready_.insert(later_.begin()->second);
    later_.erase(later_.begin());
  }
  for (auto it = busy_.begin(); it != busy_.end(); ++it) {
    if (it->second > now) continue;
    const std::size_t stage = it->first;
    busy_.erase(it);
    stages_[stage] = State::under_way;
    return Work{true, stage};
  }
  while (!ready_.empty()) {
    const std::size_t trial = *ready_.begin();
    ready_.erase(ready_.begin());
    const auto stage = missing(trial);
    if (!stage) return Work{false, trial};
    waiting_[*stage].push_back(trial);
    if (stages_[*stage] != State::unknown) continue;
    stages_[*stage] = State::under_way;
    return Work{true, *stage};
  }
  return std::nullopt;
}

std::optional<WorkQueue::Clock::time_point> WorkQueue::next_time() const {
  std::optional<Clock::time_point> next;
  if (!later_.empty()) next = later_.begin()->first;
  for (const auto& [stage, time] : busy_) next = std::min(next.value_or(time), time);
  return next;
}

std::size_t WorkQueue::left() const {
  std::size_t count = ready_.size() + later_.size();
  for (const auto& [stage, trials] : waiting_) count += trials.size();
  return count;
}

std::size_t WorkQueue::stages_left() const {
  return static_cast<std::size_t>(std::count_if(stages_.begin(), stages_.end(), [](State state) {
    return state != State::there && state != State::failed;
  }));
}

void WorkQueue::put_back(std::size_t trial, Clock::time_point not_before) {
  later_.emplace(not_before, trial);
}

void WorkQueue::stage_done(std::size_t stage) {
  stages_[stage] = State::there;
  for (const std::size_t trial : waiting_[stage]) ready_.insert(trial);
  waiting_.erase(stage);
}

void WorkQueue::stage_busy(std::size_t stage, Clock::time_point look_again) {
  stages_[stage] = State::busy;
  busy_[stage] = look_again;
}

std::vector<std::size_t> WorkQueue::stage_failed(std::size_t stage) {
  stages_[stage] = State::failed;
  std::vector<std::size_t> trials = waiting_[stage];
  waiting_.erase(stage);
  const auto needs = [&](std::size_t trial) {
    const auto& stages = plan_.trials[trial].stages;
    return std::count(stages.begin(), stages.end(), stage) > 0;
  };
  for (auto it = ready_.begin(); it != ready_.end();) {
    if (needs(*it)) trials.push_back(*it);
    it = needs(*it) ? ready_.erase(it) : std::next(it);
  }
  return trials;
}

}  // namespace glia::sweep
