// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace glia {

/// A number by which answers are measured, as whoever measures it declares it.
struct Metric {
  std::string name;              ///< "accuracy": lower-case letters, digits, underscores
  bool higher_is_better = true;  ///< else lower
  std::string unit{};            ///< "" for pure numbers; "share": in [0, 1], shown in per cent
};

}  // namespace glia
