// SPDX-License-Identifier: MIT
#include <glia/sdk/plain_text.hpp>

#include <fmt/format.h>

namespace glia {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string plain_text(std::string_view text, std::size_t most) {
  const std::size_t whole = text.size();
  if (whole > most) {
    while (most > 0 && continues(text[most])) --most;  // no half of a character
    text = text.substr(0, most);
  }
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == 0xC2 && next >= 0x80 && next < 0xA0) {  // the control characters of ISO 8859
      plain += fmt::format("\\x{:02x}", next);
      ++i;
    } else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
      plain += fmt::format("\\x{:02x}", c);
    } else {
      plain += text[i];
    }
  }
  if (text.size() < whole) plain += fmt::format(" ... ({} bytes in all)", whole);
  return plain;
}

}  // namespace glia
