// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/template.hpp"

#include <glia/sdk/plugin.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// A setting that differs between trials, with every value that it takes in any of them.
struct PlanAxis {
  std::string path;
  std::vector<config::Item> values;
  std::vector<std::string> texts;  ///< the values as TOML
  bool sampled = false;            ///< drawn from a range
  bool logarithmic = false;        ///< spread by their ratios
};

/// One run of the pipeline.
struct Trial {
  static constexpr int unset = -1;

  std::size_t number = 0;
  std::uint64_t seed = 1;
  std::vector<int> values;          ///< per axis: which value, or `unset`
  std::vector<std::size_t> stages;  ///< what it shares with other trials: indices of `Plan::shared`
};

/// Latents that trials read: computed once, whatever number of trials needs them.
struct SharedStage {
  std::string name;       ///< "latent/encode"
  std::string key;        ///< of the cache
  std::string trained;    ///< key of the encoder's training, or empty if it is not trained
  std::size_t trial = 0;  ///< one that needs it
  std::size_t users = 0;  ///< how many do

  /// Latents that one trial needs, and no training was for, are made as fast as they are read.
  bool kept() const { return users > 1 || !trained.empty(); }
};

/// What a sweep that learns looks for: a number that a head reports.
struct Objective {
  std::string head, metric;  ///< "digit", "validation_accuracy"
  bool minimize = false;

  std::string text() const { return head + '.' + metric; }
};

/// All trials of a sweep, in order, checked: a pure function of file, arguments, plugins and data.
/// Of a sweep that learns only those that there are yet; the others follow from results, and the
/// plan grows by them.
struct Plan {
  std::string pipeline;  ///< name
  std::string mark{};    ///< of its sweep (core/study_mark.hpp); "" before it has a folder
  std::string sampler = "grid";
  std::optional<Objective> objective;  ///< the sweep learns
  std::optional<Objective> judged_by;  ///< of one that does not: what points are compared by
  std::size_t expected = 0;            ///< of a sweep that learns: trials in all
  std::vector<std::string> heads;
  std::vector<PlanAxis> axes;
  std::vector<Trial> trials;
  std::vector<SharedStage> shared;
  /// What the trials stand on: "encoder vae" -> version and build, "data of digits" -> hash.
  std::map<std::string, std::string> parts;

  /// `key=value` arguments that make this trial's pipeline from the file.
  std::vector<std::string> overrides(const Trial& trial) const;
  /// What points are compared by, where the file says it.
  const std::optional<Objective>& judge() const { return objective ? objective : judged_by; }
  /// Trials in all, those that are not there yet among them.
  std::size_t size() const { return std::max(expected, trials.size()); }
};

/// What a plugin and a data set are called among the parts: "wave layer drift", "data of digits".
inline constexpr const char* data_part = "data of ";
std::string plugin_part(const Descriptor& descriptor);

/// Expands and checks the sweep. Error (configuration) lists what is wrong, naming the first trial
/// that has it. Of a sweep that learns these are the trials before any has ended.
Plan make_plan(const config::PipelineTemplate& source);

/// The plan as text, and back. Error (data) if it is none. Of a sweep that learns it is the fixed
/// part: the trials are in the store.
std::string plan_text(const Plan& plan);
Plan parse_plan(const std::string& text);

}  // namespace glia::sweep
