// SPDX-License-Identifier: MIT
#pragma once

#include "config/template.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "sweep/plan.hpp"
#include "sweep/study.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glia::sweep {

/// Makes the plan of a sweep out of the points of its sampler: all at once, or more and more.
/// [one thread]
class PlanBuilder {
 public:
  /// The source must outlive it. Error (configuration) for what is wrong with the sweep as a whole.
  explicit PlanBuilder(const config::PipelineTemplate& source);
  /// The same of the points that `of` has, for one who wants no more: `check_choice`.
  PlanBuilder(const config::PipelineTemplate& source, const config::SweepSpec& of);

  const Plan& plan() const { return plan_; }
  const Study& study() const { return study_; }

  /// Adds the trials of the points that the sampler suggests before any has ended. Error
  /// (configuration) with everything that is wrong with any of them.
  void begin();

  /// Error (configuration) if what chooses - a sampler's objective, early stopping, `keep` - names no
  /// head or number of a trial with these settings, or chooses by what is no validation. A part of
  /// begin(), for one who does not plan.
  void check_choice(const std::vector<config::Setting>& settings);

  /// Goes on with a sweep that learns where its trials, as the store has them, have come to.
  void restore(const Plan& stored);
  /// Adds the trials of what the sampler suggests now; returns how many. A point that the pipeline
  /// refuses fails when it is run.
  std::size_t grow(const std::vector<std::optional<EndedPoint>>& ended);

 private:
  void check_base();
  void check_choosers() const;
  void check_head(const std::string& head, const Source& source, const std::string& setting) const;
  void require_validation(const graph::Shapes& shapes) const;
  void require_reported(const config::PipelineSpec& spec, const graph::Shapes& shapes) const;
  void check_keep(const config::KeepBest& keep) const;
  void add(const Point& point, bool strict);
  void note(const Diagnostics& problems, const Point& point);
  std::string describe(const Point& point) const;
  void share(Trial& trial, const std::vector<graph::Stage>& stages);
  void note_parts(const config::PipelineSpec& spec);
  void note_plugin(const config::PluginUse& use);
  void note_block(const config::Block& block);
  void update();

  const config::PipelineTemplate& source_;
  Study study_;
  Plan plan_;
  Diagnostics problems_;
  std::set<std::pair<Source, std::string>> told_;
  std::size_t found_ = 0;
  std::map<std::string, std::size_t> shared_;  // by stage key
  std::map<std::string, std::size_t> users_;   // by cache key
};

}  // namespace glia::sweep
