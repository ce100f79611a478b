// SPDX-License-Identifier: MIT
#include "core/nesting.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string>

namespace glia {
namespace {

/// The text, if nothing in it nests too deep or has more members.
std::string_view within(std::string_view text, std::size_t most_members) {
  std::array<std::size_t, deepest_nesting + 1> members{};
  std::size_t depth = 0;
  bool quoted = false;
  const auto refuse = [](const std::string& what, std::size_t at) {
    throw Error(ErrorCode::data,
                fmt::format("not valid JSON of glia's: {} at byte {}", what, at + 1));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest_nesting) {
        refuse(fmt::format("it nests more than {} deep", deepest_nesting), i);
      }
      members[depth] = 0;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == ':' && ++members[depth] > most_members) {
      refuse(fmt::format("an object has more than {} members", most_members), i);
    }
  }
  return text;
}

}  // namespace

std::string_view shallow_json(std::string_view text) {
  return within(text, std::numeric_limits<std::size_t>::max());
}

std::string_view small_json(std::string_view text) { return within(text, most_ordered_members); }

}  // namespace glia
