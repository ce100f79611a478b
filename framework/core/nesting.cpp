// SPDX-License-Identifier: MIT
#include "core/nesting.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <string>

namespace glia {

std::string_view shallow_json(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth <= deepest_nesting) continue;
      throw Error(ErrorCode::data,
                  fmt::format("not valid JSON of glia's: it nests more than {} deep at byte {}",
                              deepest_nesting, i + 1));
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return text;
}

}  // namespace glia
