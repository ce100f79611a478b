// SPDX-License-Identifier: MIT
#include "config/field_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace glia::config {

std::string plain(double number) {
  if (number == std::trunc(number) && std::abs(number) < 1e15) {
    return std::to_string(static_cast<std::int64_t>(number));  // not 1e+06
  }
  std::string text = to_text(Value{number});
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string plain(std::int64_t number) { return std::to_string(number); }

std::string range_text(const FieldSpec& spec) {
  if (spec.min && spec.max && !spec.min_open && !spec.max_open) {
    return fmt::format("between {} and {}", plain(*spec.min), plain(*spec.max));
  }
  std::string text;
  if (spec.min) text = (spec.min_open ? "greater than " : "at least ") + plain(*spec.min);
  if (spec.max) {
    if (!text.empty()) text += " and ";
    text += (spec.max_open ? "less than " : "at most ") + plain(*spec.max);
  }
  return text;
}

std::string legal_text(const FieldSpec& spec) {
  std::string text;
  for (const auto& choice : spec.choices) text += (text.empty() ? "" : ", ") + choice;
  return text.empty() ? range_text(spec) : text;
}

std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out.empty() ? "-" : out;
}

}  // namespace glia::config
