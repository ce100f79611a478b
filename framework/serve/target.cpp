// SPDX-License-Identifier: MIT
#include "serve/http.hpp"

#include <optional>

namespace glia::serve {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Nothing for what is cut off, is no hexadecimal digit, or stands for a zero byte.
std::optional<std::string> decoded(const std::string& text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    out += static_cast<char>(16 * high + low);
    i += 2;
  }
  return out;
}

}  // namespace

std::string Request::value(const std::string& name) const {
  const auto it = query.find(name);
  return it == query.end() ? std::string() : it->second;
}

void read_target(const std::string& target, Request& request) {
  const auto mark = target.find('?');
  request.path = decoded(target.substr(0, mark), false).value_or("");
  for (auto from = mark; from != std::string::npos;) {
    const auto end = target.find('&', from + 1);
    const std::string pair =
        target.substr(from + 1, end == std::string::npos ? end : end - from - 1);
    const auto equals = pair.find('=');
    const auto name = decoded(pair.substr(0, equals), true);
    const auto value =
        decoded(equals == std::string::npos ? std::string() : pair.substr(equals + 1), true);
    if (name && value) request.query.emplace(*name, *value);
    from = end;
  }
}

Answer text_answer(unsigned status, const std::string& text) {
  return {.status = status, .type = "text/plain; charset=utf-8", .body = text + '\n'};
}

}  // namespace glia::serve
