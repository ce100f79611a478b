// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/folder.hpp"
#include "sweep/plan.hpp"
#include "sweep/store.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::sweep {

/// One point of a sweep: trials that differ by their seed alone, judged by their median.
struct RankedPoint {
  double objective = 0;  ///< median over the trials that went well
  double low = 0, high = 0;
  std::vector<std::size_t> trials;  ///< those, ascending
  std::size_t typical = 0;          ///< the one that comes closest to the median
};

/// The points of a sweep by what was measured on validation, best first.
struct Ranking {
  Objective objective;
  std::vector<RankedPoint> points;
};

/// A sweep's folder, looked at while anybody may be at work in it.
struct Look {
  std::filesystem::path folder;
  Plan plan;
  Store store;
  Origin origin;
};

/// Error (data) if the folder is damaged.
Look look_at(const std::filesystem::path& folder);

/// By `objective` ("digit.validation_accuracy"; "digit": what that head is for, on validation: its
/// accuracy, its return), or if it is empty by that of the sampler, or else by what the only head is
/// for. Error (usage) for the test split, which chooses nothing,
/// and for what no trial reports: it says what to add.
Ranking rank(const Plan& plan, const Store& store, const std::string& objective = {});

/// The command that trains a trial in full.
std::string command_of(const Look& look, std::size_t trial);

/// The settings of a trial, without its seed: indices of axes and of their values.
std::vector<std::pair<const PlanAxis*, std::size_t>> settings_of(const Plan& plan,
                                                                 std::size_t trial);

}  // namespace glia::sweep
