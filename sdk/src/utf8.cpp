// SPDX-License-Identifier: MIT
#include <glia/sdk/utf8.hpp>

namespace glia {

std::optional<std::size_t> not_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) {
      return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
    };
    const auto first = byte(0), second = byte(1);
    const std::size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    bool good = first < 0x80 || (first >= 0xC2 && first <= 0xF4);
    for (std::size_t i = 1; i <= more; ++i) good = good && (byte(i) & 0xC0) == 0x80;
    // Longer than need be, halves of pairs, beyond the last character there is.
    good = good && !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second > 0x9F) &&
           !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second > 0x8F);
    if (!good) return at;
    at += 1 + more;
  }
  return std::nullopt;
}

}  // namespace glia
