// SPDX-License-Identifier: MIT
#include <glia/sdk/recipe.hpp>

namespace glia {

WrittenDown::~WrittenDown() = default;

}  // namespace glia
