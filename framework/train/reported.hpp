// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"

#include <glia/sdk/dataset.hpp>

#include <string>
#include <vector>

namespace glia::train {

/// Names of the numbers that trials can be chosen by, which such a head leaves in its results when
/// it is trained on data with samples kept for validation ("validation_accuracy", ...). Known
/// before anything is trained; a head that gives no classes for labels leaves fewer.
std::vector<std::string> reported_by(const config::HeadNode& node, const SampleSpec& data);

/// Error (configuration), at its head, for a metric that is asked for and means nothing for its data:
/// the results would not have it.
void check_metrics(const config::PipelineSpec& spec, const graph::Shapes& shapes);

}  // namespace glia::train
