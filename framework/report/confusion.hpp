// SPDX-License-Identifier: MIT
#pragma once

#include "report/heat_map.hpp"
#include "report/html.hpp"
#include "report/study.hpp"
#include "results/class_metric.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace glia::report {

/// Which class was given to the samples of each: of one head and split.
struct Confusion {
  std::string head, split;
  std::string of;  ///< "", or whose counts these are: "the run with ...", "sum over the 3 runs ..."
  std::vector<std::string> classes;  ///< names, or numbers
  results::ConfusionCounts counts;

  std::int64_t samples() const;
};

/// Of every head that names classes. Of a run: its own; of a sweep: the sum over the runs of the
/// best point by validation or, where nothing was kept to choose by, over all finished runs.
std::vector<Confusion> confusions_of(const Study& study);

/// A row per class, a column per answer; colour: the part of the row.
HeatMap confusion_map(const Confusion& confusion);

/// The same as CSV: class,answer,samples.
std::string numbers_of(const Confusion& confusion);

/// Samples, precision (of those called so, the part that is) and recall (of those that are, the
/// part called so) of each class.
HtmlTable class_table(const Confusion& confusion);

/// Names of the classes that a run's head was trained on, as its checkpoint tells; empty if none
/// does.
std::vector<std::string> class_names(const std::filesystem::path& run, const std::string& head);

}  // namespace glia::report
