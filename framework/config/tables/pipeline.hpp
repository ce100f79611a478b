// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// The keys of [pipeline].
struct PipelineKeys {
  std::string name;
  std::int64_t seed = 1;
};

inline constexpr auto pipeline_schema = glia::schema<PipelineKeys>(
    glia::field(&PipelineKeys::name, "name")
        .doc("What the pipeline is called; left out, the file's name without its ending."),
    glia::field(&PipelineKeys::seed, "seed")
        .at_least(0)
        .doc("Every random number of a run follows from it."));

}  // namespace glia::config
