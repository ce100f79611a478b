// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/pipeline.hpp"

#include <glia/sdk/value.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::config {

/// A range that samples are drawn from.
struct SampledRange {
  double low = 0, high = 0;
  bool logarithmic = false;
  bool whole = false;  ///< only integers; both ends count
};

/// One setting of the pipeline and the values that it takes.
struct Axis {
  std::string path;                     ///< "network.matrix.pattern.leak.sigma"
  std::vector<Item> values;             ///< empty if sampled
  std::optional<SampledRange> sampled;  ///< else
  Source source;
  bool logarithmic = false;  ///< its values are spread by their ratios
};

/// Axes that move together, value by value: one axis, or those of a [[sweep.zip]].
using AxisGroup = std::vector<Axis>;

/// The product of its groups, and of the sampled axes taken together.
struct AxisBlock {
  std::vector<AxisGroup> groups;
  std::vector<Axis> sampled;
};

/// "The setting `path` has one of these values."
struct Condition {
  std::string path;
  std::vector<Item> values;
  Source source;
};

/// An axis that is only there while all conditions hold.
struct OnlyIf {
  std::string path;
  std::vector<Condition> conditions;
  Source source;
};

/// Asynchronous successive halving: at epochs min_epochs, min_epochs * factor, ... only the best
/// 1/factor of the trials go on.
struct EarlyStopping {
  std::string head;  ///< whose test accuracy counts
  std::int64_t min_epochs = 1;
  std::int64_t factor = 3;
  Source source;
};

/// The trials that keep their networks.
struct KeepBest {
  std::int64_t best = 1;
  std::string objective;  ///< HEAD.METRIC; empty: the sampler's, or the only head's accuracy
  Source source;
};

/// The [sweep] table, checked as far as that goes without trying values.
struct SweepSpec {
  bool given = false;                ///< the file or the command line asks for a sweep
  std::vector<std::uint64_t> seeds;  ///< at least one
  std::vector<AxisBlock> blocks;     ///< one after the other; at least one
  std::vector<std::vector<Condition>> exclude;
  std::vector<OnlyIf> only_if;
  std::string sampler = "grid";
  ValueMap sampler_settings;             ///< the fields that it declares
  Source source;                         ///< of the sampler's name, or else of the table
  std::chrono::milliseconds timeout{0};  ///< of one attempt; 0: none
  std::uint64_t memory = 0;  ///< bytes that a worker may use; 0: its share of what is there
  std::int64_t retries = 1;  ///< after crashes
  std::optional<EarlyStopping> early_stopping;
  std::optional<KeepBest> keep;
  std::map<std::string, ValueMap, std::less<>> launchers;  ///< the fields that each declares
  std::vector<Resolved> settings;                          ///< all that was read, for people
};

}  // namespace glia::config
