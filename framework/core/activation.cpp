// SPDX-License-Identifier: MIT
#include "core/activation.hpp"

#include <algorithm>

namespace glia {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = {"identity", "softmax", "tanh",
                                                 "elu",      "relu",    "sigmoid"};
  return names;
}

std::optional<Activation> activation_from(std::string_view name) {
  const auto& names = activation_names();
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return std::nullopt;
  return static_cast<Activation>(it - names.begin());
}

const std::string& name_of(Activation activation) {
  return activation_names()[static_cast<std::size_t>(activation)];
}

}  // namespace glia
