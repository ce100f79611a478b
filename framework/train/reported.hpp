// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/dataset.hpp>

#include <string>
#include <vector>

namespace glia::train {

/// Names of the numbers that trials can be chosen by, which such a head leaves in its results when
/// it is trained on data with samples kept for validation ("validation_accuracy", ...). Known
/// before anything is trained; a head that gives no classes for labels leaves fewer.
std::vector<std::string> reported_by(const config::HeadNode& node, const SampleSpec& data);

}  // namespace glia::train
