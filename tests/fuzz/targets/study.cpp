// SPDX-License-Identifier: MIT
// The folder of a sweep, of which results.json is somebody's.
#include "report/study.hpp"

#include "fuzz.hpp"

#include <cstddef>

using namespace glia;

FUZZ_TARGET(study) {
  const auto folder = fuzz::file_of(bytes, "results.json").parent_path();
  const auto study = report::read_study(folder);
  for (const auto& trial : study.trials) {
    fuzz::require(trial.values.size() == study.axes.size(), "a value for each axis");
  }
}
