// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace glia::sweep {

// What is handed to a worker has a number, by which its answers are told from late ones. Trials get
// theirs from the sink, from 1; shared stages have no record there and get those below 0.

constexpr std::int64_t lease_of_stage(std::size_t stage) {
  return -1 - static_cast<std::int64_t>(stage);
}

constexpr std::size_t stage_of_lease(std::int64_t lease) {
  return static_cast<std::size_t>(-1 - lease);
}

}  // namespace glia::sweep
