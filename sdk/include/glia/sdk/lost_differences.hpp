// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia {

/// Whether numbers of one kind that differ are the same as float32, as times of one day in seconds since
/// 1970: "1000.00001 and 1000.00002 become the same; of 200 different numbers 3 are left" where a
/// twentieth or more of them is lost; else empty. Of a few thousand numbers: among more, chance alone
/// makes some the same. None may be NaN or infinite. [thread-safe]
GLIA_API std::string lost_differences(std::vector<double> numbers);

}  // namespace glia
