// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// phi: the saturating calcium response of a cell, applied to a row of cells.
enum class Activation {
  identity,
  softmax,  ///< over the cells of the row
  tanh,
  elu,  ///< x > 0 ? x : exp(x) - 1
  relu,
  sigmoid
};

/// Names as pipelines write them, in the order of the enumeration.
GLIA_API const std::vector<std::string>& activation_names();
GLIA_API std::optional<Activation> activation_from(std::string_view name);
GLIA_API const std::string& name_of(Activation activation);

}  // namespace glia
