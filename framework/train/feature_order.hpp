// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <cstdint>
#include <vector>

namespace glia::train {

/// The feature that comes to stand at each place, where an encoder has an order of its own.
std::vector<std::uint32_t> feature_places(const config::EncoderNode& node, std::int64_t features);

}  // namespace glia::train
