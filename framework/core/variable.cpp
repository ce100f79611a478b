// SPDX-License-Identifier: MIT
#include "core/variable.hpp"

#include <cstdlib>

namespace glia {

std::string value_of(const Variable& variable) {
  const char* value = std::getenv(variable.name);
  return value ? value : "";
}

bool is_set(const Variable& variable) { return std::getenv(variable.name) != nullptr; }

}  // namespace glia
