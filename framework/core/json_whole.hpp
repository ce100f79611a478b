// SPDX-License-Identifier: MIT
#pragma once

#include "core/json_text.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace glia {

/// The number, from `low` to `high`, that is whole to the last bit: 1.0, 2^64 and "1" are none, where
/// nlohmann's get() takes the first two for what they do not say. Error (data) for any other.
template <class Json>
std::int64_t json_whole(const Json& value, std::int64_t low, std::int64_t high) {
  const bool fits = value.is_number_unsigned()
                        ? value.template get<std::uint64_t>() <=
                              static_cast<std::uint64_t>(std::max<std::int64_t>(high, 0))
                        : value.is_number_integer();
  const std::int64_t number = fits ? value.template get<std::int64_t>() : 0;
  if (!fits || number < low || number > high) {
    throw Error(ErrorCode::data, fmt::format("{} stands where a whole number from {} to {} belongs",
                                             json_text(value), low, high));
  }
  return number;
}

/// The same for what a `Number` holds and is no less than `low`.
template <class Number, class Json>
Number json_whole(const Json& value, Number low = std::numeric_limits<Number>::min()) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
  constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<Number>(json_whole(value, static_cast<std::int64_t>(low),
                                        static_cast<std::int64_t>(std::min(most, limit))));
}

}  // namespace glia
