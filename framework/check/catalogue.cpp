// SPDX-License-Identifier: MIT
#include "check/check.hpp"

namespace glia::check {

const std::vector<Check>& all_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> joined;
    for (auto* group :
         {library_checks, schema_checks, stencil_checks, numeric_checks, hygiene_checks,
          sample_checks, gradient_checks, activation_checks, locality_checks, state_checks,
          thread_checks, dataset_checks, training_checks, task_checks}) {
      for (auto& check : group()) joined.push_back(check);
    }
    return joined;
  }();
  return all;
}

}  // namespace glia::check
