// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glia::results {

/// counts[label][class given], of one split.
using ConfusionCounts = std::vector<std::vector<std::int64_t>>;

/// The metrics of a single class, which are named after it: "recall_bag", "precision_bag".
struct ClassMetric {
  bool recall = false;  ///< else precision
  std::string of;       ///< the class: its name or, where classes have none, its number from 0
};

/// The metric that such a name stands for, without its split; nothing for other names. [thread-safe]
std::optional<ClassMetric> class_metric(const std::string& name);

/// Both metrics of every class of a head, after `prefix` ("validation_"). [thread-safe]
std::vector<std::string> class_metric_names(const std::string& prefix, std::int64_t classes,
                                            const std::vector<std::string>& class_names);

/// Samples that are of a class, and samples that are called so. [thread-safe]
std::int64_t samples_of(const ConfusionCounts& counts, std::size_t place);
std::int64_t samples_called(const ConfusionCounts& counts, std::size_t place);

/// The part of a class's samples that is called so (recall), or of the samples called so that is of
/// it (precision); NaN where there are none. [thread-safe]
double class_share(const ConfusionCounts& counts, bool recall, std::size_t place);

/// The number of a single class that a head's results hold (JSON, see head_json.hpp) under a metric
/// with its split: "validation_recall_bag". Nothing where it has no such number. [thread-safe]
std::optional<double> class_value(const std::string& head, const std::string& metric);

}  // namespace glia::results
