// SPDX-License-Identifier: MIT
#include "sweep/sampler.hpp"

namespace glia {

template <>
Registry<sweep::SamplerEntry>& Registry<sweep::SamplerEntry>::all() {
  static Registry registry;
  return registry;
}

}  // namespace glia
