// SPDX-License-Identifier: MIT
// toml++ limits how deep values nest, but not keys ("a.a.a..."), and both use the stack.
#include "config/toml_scan.hpp"

#include <vector>

namespace glia::config {
namespace {

/// Index behind the string that begins at `at`, of any of TOML's four kinds.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool basic = quote == '"';
  const bool multi = text.substr(at, 3) == std::string_view(basic ? "\"\"\"" : "'''");
  for (std::size_t i = at + (multi ? 3 : 1); i < text.size(); ++i) {
    if (basic && text[i] == '\\') {
      ++i;
    } else if (multi ? text.substr(i, 3) == text.substr(at, 3) : text[i] == quote) {
      return i + (multi ? 3 : 1);
    } else if (!multi && text[i] == '\n') {
      return i;  // no string: the parser says so
    }
  }
  return text.size();
}

}  // namespace

TomlScan scan_toml(std::string_view text) {
  TomlScan found;
  std::vector<std::size_t> open;  // dots before each bracket that is open
  std::size_t dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = end_of_string(text, i);
      continue;
    }
    if (c == '#') {
      found.comment = true;
      i = text.find('\n', i);
      if (i == std::string_view::npos) break;
      continue;
    }
    if (c == '[' || c == '{') open.push_back(dots);
    if ((c == ']' || c == '}') && !open.empty()) {
      dots = open.back();
      open.pop_back();
    }
    if (c == '.') ++dots;
    if (c == ',' && !open.empty()) dots = open.back();
    if (c == '\n' && open.empty()) dots = 0;
    if (!found.too_deep && open.size() + dots > deepest_toml) found.too_deep = i;
    ++i;
  }
  return found;
}

}  // namespace glia::config
