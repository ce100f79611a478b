// SPDX-License-Identifier: MIT
#include "policy/method.hpp"

namespace glia {

template <>
Registry<policy::MethodEntry>& Registry<policy::MethodEntry>::all() {
  static Registry registry;
  return registry;
}

namespace policy {

Method::~Method() = default;

}  // namespace policy
}  // namespace glia
