// SPDX-License-Identifier: MIT
#pragma once

#include "config/template.hpp"
#include "sweep/folder.hpp"
#include "sweep/plan_builder.hpp"

#include <cstddef>
#include <vector>

namespace glia::sweep {

/// Lets the plan of a sweep that learns grow by what its results lead to. Every trial is in the
/// store, lastingly, before it can be handed out: a sweep that is killed and resumed is the same
/// sweep. [one thread]
class Growth {
 public:
  /// Both must outlive it.
  Growth(Folder& folder, const config::PipelineTemplate& source);

  /// A trial has ended.
  void note_end() { changed_ = true; }
  /// The numbers of the trials that have been added since; none if nothing has ended meanwhile.
  std::vector<std::size_t> more();

 private:
  Folder& folder_;
  std::size_t seeds_;
  PlanBuilder builder_;
  bool changed_ = true;
};

/// Points out of the objectives of their trials, `seeds` each: the median of those that have one.
std::vector<std::optional<EndedPoint>> ended_points(
    const std::vector<std::optional<std::optional<double>>>& trials, std::size_t seeds);

}  // namespace glia::sweep
