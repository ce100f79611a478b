// SPDX-License-Identifier: MIT
// results.json of a run: what is read reads the same when it is written again.
#include "results/results.hpp"

#include "fuzz.hpp"
#include "report/summary.hpp"
#include "results/files.hpp"

using namespace glia;

FUZZ_TARGET(results) {
  const auto read = results::from_json(bytes);
  const std::string text = results::to_json(read);
  results::to_csv(read);
  results::damage_csv(read);
  report::summary(read);
  fuzz::require(results::to_json(results::from_json(text)) == text, "it reads differently again");
}
