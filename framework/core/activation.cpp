// SPDX-License-Identifier: MIT
#include "core/activation.hpp"

#include <algorithm>

namespace glia {

std::optional<Activation> activation_from(std::string_view name) {
  const auto it = std::find(activation_texts.begin(), activation_texts.end(), name);
  if (it == activation_texts.end()) return std::nullopt;
  return static_cast<Activation>(it - activation_texts.begin());
}

}  // namespace glia
