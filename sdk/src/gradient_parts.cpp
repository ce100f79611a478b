// SPDX-License-Identifier: MIT
#include <glia/sdk/gradient_parts.hpp>

namespace glia {

GradientListener::~GradientListener() = default;

GradientByParts::~GradientByParts() = default;

}  // namespace glia
