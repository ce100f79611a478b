// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace glia::config {

/// from, from + step, ... as far as `to`, which may be one of them: each the number nearest to what
/// one would work out by hand from the digits that were written, 0.1 + 2 * 0.1 = 0.3. `step` points
/// from `from` to `to`. Nothing if there are more than `most`.
std::optional<std::vector<double>> exact_steps(double from, double to, double step,
                                               std::size_t most);

/// The same for whole numbers, exact over all of their 64 bits.
std::optional<std::vector<std::int64_t>> exact_steps(std::int64_t from, std::int64_t to,
                                                     std::int64_t step, std::size_t most);

}  // namespace glia::config
