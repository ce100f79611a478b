// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// One setting that was varied. Values stand as text: in the order of the plan, numbers ascending.
struct Axis {
  std::string path;  ///< "network.matrix.pattern.leak.sigma"
  std::vector<std::string> values;
  bool numeric = false;
  bool sampled = false;      ///< drawn from a range
  bool logarithmic = false;  ///< spread by their ratios
};

/// How much of the objective's spread each setting of a sweep explains.
struct Importances {
  std::string method;                                    ///< named in the caption
  std::vector<std::pair<std::string, double>> shares{};  ///< (path, share in [0, 1])
};

/// One run of a sweep, or the run itself.
struct Trial {
  std::int64_t number = 0;
  std::uint64_t seed = 0;
  std::string status;               ///< "ok" | "failed" | "interrupted" | "pending" | "pruned"
  std::vector<std::string> values;  ///< one per axis; "" where the axis does not apply
  std::map<std::string, results::HeadResult> heads;
  double seconds = results::unknown;
  std::string error;
  std::string command;  ///< repeats this trial; may be empty
};

/// What a folder of `glia run` or `glia sweep` tells, read from its files alone.
struct Study {
  std::filesystem::path folder;
  bool sweep = false;
  std::string id;        ///< of the sweep, or the folder's name
  std::string pipeline;  ///< its name
  std::string status;
  std::vector<Axis> axes;  ///< seeds are none: they are grouped everywhere
  std::vector<Trial> trials;
  std::map<std::string, results::EncoderResult> encoders;  ///< of a run
  nlohmann::json provenance;  ///< of provenance.json; null if there is none
  std::string sampler;        ///< of a sweep; "" if its results do not say
  std::string objective;      ///< of a sweep that learns: "digit.validation_accuracy"
  bool minimize = false;      ///< the objective
  /// Of a sweep: digests of what the files of its data sets hold, by name.
  std::map<std::string, std::string> data{};
  Importances importances{};  ///< empty where too little was measured on validation
  /// Of a sweep, by head: names of its classes, if its trials say them.
  std::map<std::string, std::vector<std::string>> class_names{};

  /// Its points were drawn, not laid out.
  bool is_search() const;

  /// Ids of the heads that any trial has, in alphabetical order.
  std::vector<std::string> heads() const;
};

/// The folder that a user means by a path or by the id of a run under runs/. Error (usage) says
/// what there is instead.
std::filesystem::path find_study(const std::string& path_or_id);

/// Error (usage) if there are no results in the folder; Error (data) with file and place if they
/// cannot be right. Sweeps of many trials are read one trial at a time.
Study read_study(const std::filesystem::path& folder);

/// Warns of a sweep whose data, plugins or program were others when it was gone on with: its trials
/// differ in more than their settings.
void tell_of_changes(const Study& study);

/// The number that the whole text is, if it is one.
std::optional<double> as_number(const std::string& text);

/// The command line that repeats a trial: its own, or one composed of the settings.
std::string repeat_command(const Study& study, const Trial& trial);

/// Commit, version, machine and time of the provenance, a pair (name, text) each, as far as known.
std::vector<std::pair<std::string, std::string>> origin_of(const Study& study);

}  // namespace glia::report
