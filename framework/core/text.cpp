// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace glia {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Byte where character number `index` starts.
std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (at < text.size() && (continues(text[at]) || index-- > 0)) ++at;
  return at;
}

}  // namespace

std::string shortest(double value) {
  if (!std::isfinite(value)) return {};
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string rounded(double value, int digits) {
  if (!std::isfinite(value)) return "n/a";
  char text[400];  // the largest double has 309 digits before its point
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.*f", digits, value))};
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string one_line(const std::string& text) {
  using nlohmann::json;  // its writer knows how to mend UTF-8
  auto line = read_json(json_text(json(text))).get<std::string>();
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return line;
}

std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += !continues(c);
  return count;
}

std::string shortened(const std::string& text, std::size_t limit) {
  const std::size_t count = width(text);
  if (count <= limit || limit < 5) return text;
  const std::size_t tail = (limit - 3) / 2, head = limit - 3 - tail;
  return text.substr(0, offset_of(text, head)) + "..." + text.substr(offset_of(text, count - tail));
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t left) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - width(row[c]), ' ');
      line += (c == 0 ? "" : "  ") + (c < left ? row[c] + padding : padding + row[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto number = static_cast<double>(bytes);
  int unit = 0;
  for (; number >= 1024 && unit < 4; ++unit) number /= 1024;
  char text[40];
  std::snprintf(text, sizeof text, number < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", number,
                units[unit]);
  return text;
}

}  // namespace glia
