// SPDX-License-Identifier: MIT
#pragma once

#include "report/statistics.hpp"
#include "report/study.hpp"

#include <map>
#include <string>
#include <vector>

namespace glia::report {

/// What a head goes by on one split, of every run that measured it, collapsed ones included.
struct Measured {
  std::vector<double> values{};
  std::vector<std::uint64_t> seeds{};              ///< in the same order
  std::vector<const results::HeadResult*> runs{};  ///< into the study, in the same order
  std::size_t collapsed = 0;
  Summary summary = summarise({});  ///< of the values
};

/// What one head did in the finished trials of a group.
struct Sample {
  Measured test, validation;  ///< validation: where samples are kept for it

  /// Of "test" or "validation".
  const Measured& on(const std::string& split) const {
    return split == "validation" ? validation : test;
  }
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
/// it. Without `intervals` those of the medians on test are left out, as figures need none.
std::vector<Group> group_trials(const Study& study, const std::vector<Levels>& by,
                                bool intervals = true);

/// By every axis, every value: what the tables show.
std::vector<Group> group_trials(const Study& study);

/// The splits on which anything was measured, that which chooses first: "validation", "test".
std::vector<std::string> splits_of(const std::vector<Group>& groups);

/// A median over the runs of a sample of what was measured at the end besides what the head goes by:
/// "r2", "balanced_accuracy". NaN where no run has it.
double median_of_metric(const Sample& sample, const std::string& split, const std::string& metric);

/// Names of all that was measured so, in alphabetical order, without what heads go by.
std::vector<std::string> metrics_of(const std::vector<Group>& groups);

/// The table of all groups: a line per group and head, columns named, RFC 4180.
std::string groups_csv(const Study& study, const std::vector<Group>& groups);

/// The same for a terminal, at most `most` lines, with a last line that names the statistics.
std::string groups_text(const Study& study, const std::vector<Group>& groups, std::size_t most);

}  // namespace glia::report
