// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <vector>

namespace glia {

/// The middle number, or the mean of the two middle ones; NaN of none.
GLIA_API double median_of(std::vector<double> numbers);

/// The same, and leaves them in another order: for whoever draws thousands of samples.
GLIA_API double median_in_place(std::vector<double>& numbers);

}  // namespace glia
