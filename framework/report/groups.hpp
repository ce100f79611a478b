// SPDX-License-Identifier: MIT
#pragma once

#include "report/statistics.hpp"
#include "report/study.hpp"

#include <map>
#include <string>
#include <vector>

namespace glia::report {

/// What one head did in the finished trials of a group.
struct Sample {
  /// What the head goes by, on test, of every finished run, collapsed ones included.
  std::vector<double> accuracies;
  std::vector<std::uint64_t> seeds;
  std::vector<const results::HeadResult*> runs;  ///< into the study, in the same order
  std::size_t collapsed = 0;
  Summary summary;                              ///< of the accuracies
  double validation_median = results::unknown;  ///< of the same number on validation
};

/// Trials that differ by their seed alone, or by axes that are pooled.
struct Group {
  std::vector<std::string> labels;  ///< one per axis that the grouping goes by
  std::size_t trials = 0, ok = 0, failed = 0, pruned = 0, unfinished = 0;
  std::map<std::string, Sample> heads;
};

/// An axis as it is shown: each value by itself or, where numbers are many, bins of equal counts.
struct Levels {
  std::string path;
  std::vector<std::string> labels;
  std::map<std::string, std::size_t> level_of;  ///< by value
  bool binned = false;
  bool numeric = false;
};

/// At most `most` levels: numbers in bins, of other values the last are taken together.
Levels levels_of(const Study& study, std::size_t axis, std::size_t most);

/// Groups in the order of the levels; none that is empty. Points into `study`, which must outlive
/// it. Without `intervals` those of the medians are left out, as figures need none.
std::vector<Group> group_trials(const Study& study, const std::vector<Levels>& by,
                                bool intervals = true);

/// By every axis, every value: what the tables show.
std::vector<Group> group_trials(const Study& study);

/// Whether anything was measured on samples kept for validation.
bool has_validation(const std::vector<Group>& groups);

/// The table of all groups: a line per group and head, columns named, RFC 4180.
std::string groups_csv(const Study& study, const std::vector<Group>& groups);

/// The same for a terminal, at most `most` lines, with a last line that names the statistics.
std::string groups_text(const Study& study, const std::vector<Group>& groups, std::size_t most);

}  // namespace glia::report
