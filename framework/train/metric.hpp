// SPDX-License-Identifier: MIT
#pragma once

#include "core/registry.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/metric.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// All that a trained head says to the samples of a split.
struct Answers {
  at::Tensor output;  ///< [N, k]; of a classifier log-probabilities or what softmax makes them of
  at::Tensor classes{};          ///< [N] (int64), or undefined where no classes are given
  at::Tensor targets;            ///< labels [N] (int64) or values [N, target_width] (float32)
  std::int64_t class_count = 0;  ///< 0: real-valued targets

  bool classified() const { return classes.defined() && class_count > 0; }
};

/// Something that answers are measured by when a head has been trained: one file in metrics/ each.
/// Accuracy and loss, which every epoch measures, are the head's own.
struct MetricEntry : Declared {
  static constexpr const char* kind = "metric";
  bool higher_is_better = true;
  std::string unit{};                               ///< "" for pure numbers
  std::function<bool(const Answers&)> applies{};    ///< whether it means anything for such answers
  std::function<double(const Answers&)> measure{};  ///< of at least one sample
};

/// The metrics `chosen` by name or, if none are, all: those that apply, by name.
std::map<std::string, double> measure_all(const Answers& answers,
                                          const std::vector<std::string>& chosen);

/// counts[label][class given], or nothing where no classes are given.
std::vector<std::vector<std::int64_t>> confusion_of(const Answers& answers);

/// What a head declares to be measured by. Error (internal) if it names nothing, a name twice, or
/// one that is no name or is taken ("loss", or that of an entry above).
std::vector<Metric> metrics_of(const Head& head);

/// Means over the samples of all that the head declares, by name, but for its objective, which every
/// epoch measures. Error (internal) if the head measures another number of things.
std::map<std::string, double> measure_own(const Head& head, const Answers& answers);

/// An entry for functions of answers.
MetricEntry metric(const char* name, const char* doc, bool higher_is_better,
                   std::function<bool(const Answers&)> applies,
                   std::function<double(const Answers&)> measure);

}  // namespace glia::train

namespace glia {
template <>
Registry<train::MetricEntry>& Registry<train::MetricEntry>::all();
}  // namespace glia
