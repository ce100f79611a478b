// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace glia {

/// phi: the saturating calcium response of a cell, applied to a row of cells.
enum class Activation {
  softmax,  ///< over the cells of the row
  tanh,
  elu,  ///< x > 0 ? x : exp(x) - 1
  relu,
  sigmoid,
  identity
};

/// Names as pipelines write them, in the order of the enumeration: the one place that lists them.
inline constexpr std::array activation_texts{"softmax", "tanh",    "elu",
                                             "relu",    "sigmoid", "identity"};

constexpr std::string_view name_of(Activation activation) {
  return activation_texts[static_cast<std::size_t>(activation)];
}
GLIA_API std::optional<Activation> activation_from(std::string_view name);

}  // namespace glia
