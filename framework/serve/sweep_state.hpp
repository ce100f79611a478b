// SPDX-License-Identifier: MIT
#pragma once

#include "serve/running_trials.hpp"
#include "sweep/folder.hpp"
#include "sweep/store.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::serve {

/// How far a sweep has come, from a few questions to its store: nothing waits for whoever writes it.
struct SweepState {
  std::string status;  ///< "running", "ok", "failed", "interrupted"
  std::map<sweep::Status, std::size_t> counts;
  std::size_t total = 0;
  std::optional<sweep::Holder> holder;
  std::vector<sweep::Attempt> running;   ///< trials that workers are at, while anybody is at work
  std::vector<RunningTrial> curves;      ///< what those have left of theirs, one each
  std::vector<sweep::Attempt> failures;  ///< the latest
  double per_second = 0;                 ///< trials that end, of late; 0: unknown
  double seconds_left = 0;               ///< at this rate; 0: unknown

  std::size_t count(sweep::Status status) const;
};

/// Error (data, io) if it is damaged.
SweepState state_of(const std::filesystem::path& sweep);

nlohmann::ordered_json json_of(const SweepState& state);

/// Progress, counts, rate, time left, workers with their curves, and failures as HTML.
std::string state_section(const SweepState& state);

}  // namespace glia::serve
