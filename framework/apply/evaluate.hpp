// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"
#include "results/measurement.hpp"
#include "results/results.hpp"

#include <map>
#include <string>

namespace glia::apply {

/// What the heads of a run say to the samples of a split.
struct Evaluation {
  struct HeadMeasured {
    results::Measurement score;  ///< accuracy, loss, collapsed: as in the tests of the run
    results::HeadResult more;    ///< metrics, confusion, damage
    std::vector<std::string> classes{};
    std::int64_t samples = 0;   ///< that a head was tested on; 0: a policy
    std::int64_t episodes = 0;  ///< that a policy played; 0: a head
  };
  Split split = Split::test;
  std::map<std::string, HeadMeasured> heads;
};

/// Measures every head. With nothing changed, the test split gives the numbers that the run has
/// recorded, to the bit.
Evaluation evaluate(const TrainedRun& run, Split split);

/// {"samples": {"<id>": ..}, "heads": {"<id>": {"test_accuracy": ..}}}: keys of heads as in
/// results.json, those of other splits start with their name.
std::string to_json(const Evaluation& evaluation);

/// For a terminal: a table, and the confusion matrices of up to 20 classes.
std::string to_text(const Evaluation& evaluation);

}  // namespace glia::apply
