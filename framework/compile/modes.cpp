// SPDX-License-Identifier: MIT
#include "compile/modes.hpp"

#include <numeric>

namespace glia {

template <>
Registry<compile::ModeEntry>& Registry<compile::ModeEntry>::all() {
  static Registry registry;
  return registry;
}

namespace compile {

std::vector<std::int64_t> places_from(std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(count));
  std::iota(places.begin(), places.end(), first);
  return places;
}

}  // namespace compile
}  // namespace glia
