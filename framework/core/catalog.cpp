// SPDX-License-Identifier: MIT
#include "core/catalog.hpp"

namespace glia {

Catalog::~Catalog() = default;

}  // namespace glia
