// SPDX-License-Identifier: MIT
#include "graph/join.hpp"

namespace glia {

template <>
Registry<graph::Join>& Registry<graph::Join>::all() {
  static Registry registry;
  return registry;
}

}  // namespace glia
