// SPDX-License-Identifier: MIT
#include "core/json_trouble.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glia {
namespace {

std::string of_syntax(std::size_t byte, std::string_view text) {
  constexpr const char* space = " \t\r\n";
  if (text.find_first_not_of(space) == std::string_view::npos) {
    return "not valid JSON: there is nothing in it";
  }
  const auto before = text.substr(0, byte > 0 ? byte - 1 : 0);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  if (byte > text.size()) {
    return fmt::format("not valid JSON: it ends too early, in line {}", line);
  }
  return fmt::format("not valid JSON: line {}, column {} does not go on as JSON does", line,
                     before.size() - (before.rfind('\n') + 1) + 1);
}

}  // namespace

std::string json_trouble(const nlohmann::json::exception& e, std::string_view text) {
  if (const auto* syntax = dynamic_cast<const nlohmann::json::parse_error*>(&e)) {
    return of_syntax(syntax->byte, text);
  }
  constexpr int no_such_key = 403;
  const std::string_view said = e.what();
  const auto first = said.find('\''), last = said.rfind('\'');
  if (e.id == no_such_key && first < last) {
    return fmt::format("it has no \"{}\"", said.substr(first + 1, last - first - 1));
  }
  return "a value in it is of another kind, or greater, than what glia writes there";
}

}  // namespace glia
