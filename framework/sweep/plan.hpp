// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/template.hpp"

#include <glia/sdk/export.hpp>
#include <glia/sdk/plugin.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace glia::sweep {

/// A setting that differs between trials, with every value that it takes in any of them.
struct PlanAxis {
  std::string path;
  std::vector<config::Item> values;
  std::vector<std::string> texts;  ///< the values as TOML
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

/// All trials of a sweep, in order, checked: a pure function of file, arguments, plugins and data.
struct Plan {
  std::string pipeline;  ///< name
  std::vector<std::string> heads;
  std::vector<PlanAxis> axes;
  std::vector<Trial> trials;
  std::vector<SharedStage> shared;
  /// What the trials stand on: "encoder vae" -> version and build, "data of digits" -> hash.
  std::map<std::string, std::string> parts;

  /// `key=value` arguments that make this trial's pipeline from the file.
  GLIA_API std::vector<std::string> overrides(const Trial& trial) const;
};

/// What a plugin and a data set are called among the parts: "wave layer drift", "data of digits".
inline constexpr const char* data_part = "data of ";
GLIA_API std::string plugin_part(const Descriptor& descriptor);

/// Expands and checks the sweep. Error (configuration) lists what is wrong, naming the first trial
/// that has it.
GLIA_API Plan make_plan(const config::PipelineTemplate& source);

/// The plan as text, and back. Error (data) if it is none.
GLIA_API std::string plan_text(const Plan& plan);
GLIA_API Plan parse_plan(const std::string& text);

}  // namespace glia::sweep
