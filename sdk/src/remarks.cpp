// SPDX-License-Identifier: MIT
#include <glia/sdk/remarks.hpp>

namespace glia {

Remarks::~Remarks() = default;

}  // namespace glia
