// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace glia::policy {

/// The means of neighbouring stretches of `count` numbers.
std::vector<double> means_of(std::span<const double> numbers, std::int64_t count);

/// Ranks from -1/2 (least) to 1/2 (greatest) in equal steps; equal numbers share the mean of theirs. Of
/// one number: 0.
std::vector<double> ranks_of(std::span<const double> numbers);

}  // namespace glia::policy
