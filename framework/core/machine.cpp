// SPDX-License-Identifier: MIT
#include "core/machine.hpp"

#include <hwy/targets.h>

namespace glia {

std::string instruction_set() {
  const auto supported = hwy::SupportedTargets();
  return hwy::TargetName(supported & -supported);  // the best has the lowest bit
}

}  // namespace glia
