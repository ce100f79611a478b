// SPDX-License-Identifier: MIT
#pragma once

#include "policy/lane_program.hpp"
#include "train/environment.hpp"
#include "train/flat_parameters.hpp"
#include "train/frozen.hpp"
#include "wave/program.hpp"

#include <glia/sdk/task.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glia::policy {

/// A policy that is trained: what it does, and with which numbers.
struct Student {
  const train::Environment& environment;
  std::string id;  ///< of the policy; part of the key of every draw
  const Task& task;
  TaskSpec spec;
  std::shared_ptr<const wave::Program> program;
  const train::FlatParameters& parameters;
  const train::Frozen& frozen;
  std::vector<Carry> carries;         ///< from one observation to the next
  std::vector<std::string> networks;  ///< ids of those that the program joins, in order
};

}  // namespace glia::policy
