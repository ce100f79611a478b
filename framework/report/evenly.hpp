// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace glia::report {

/// `most` (2 or more) of them, spread evenly, the first and the last included; all if there are no
/// more.
template <class T>
std::vector<T> evenly(std::vector<T> all, std::size_t most) {
  if (all.size() <= most) return all;
  std::vector<T> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * (all.size() - 1) / (most - 1)]);
  return some;
}

}  // namespace glia::report
