// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cmath>
#include <cstdint>
#include <string>

namespace glia::config {

/// The host's keys of [dataset.ID].
struct DatasetKeys {
  std::string plugin;
  double validation = 0;  ///< share (below 1) or number of training samples; 0: none
  std::int64_t validation_seed = 1;
};

inline constexpr auto dataset_schema = glia::schema<DatasetKeys>(
    glia::field(&DatasetKeys::plugin, "plugin")
        .required()
        .doc("Name of a dataset plugin (see: glia plugin list)."),
    glia::field(&DatasetKeys::validation, "validation")
        .at_least(0)
        .doc("Training samples that are kept apart to choose by: a share below 1, or a number; 0: "
             "none. Nothing is trained on them, and nothing is chosen by the test split."),
    glia::field(&DatasetKeys::validation_seed, "validation_seed")
        .at_least(0)
        .doc("Seed of the draw of these samples: the same whatever the pipeline's seed."),
    glia::rule<DatasetKeys>([](const DatasetKeys& keys) -> const char* {
      return keys.validation > 1 && std::floor(keys.validation) != keys.validation
                 ? "validation is a share below 1 or a whole number of samples"
                 : nullptr;
    }));

}  // namespace glia::config
