// SPDX-License-Identifier: MIT
#include "config/units.hpp"

#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace glia::config {
namespace {

/// The number and the unit behind it.
std::optional<std::pair<double, std::string>> split(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || !std::isfinite(number) || number <= 0) return std::nullopt;
  while (*end == ' ') ++end;
  return std::pair(number, std::string(end));
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(const std::string& text) {
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  const auto& [number, unit] = *parts;
  double seconds = 0;
  if (unit.empty() || unit == "s") seconds = number;
  if (unit == "ms") seconds = number / 1000;
  if (unit == "m" || unit == "min") seconds = number * 60;
  if (unit == "h") seconds = number * 3600;
  if (unit == "d") seconds = number * 86400;
  if (seconds <= 0 || seconds > 1e9) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

std::optional<std::uint64_t> parse_bytes(const std::string& text) {
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  std::string_view unit = parts->second;
  double factor = 1;
  constexpr std::string_view prefixes = "KMGT";
  if (!unit.empty() && prefixes.find(unit[0]) != std::string_view::npos) {
    factor = std::pow(1024.0, static_cast<double>(prefixes.find(unit[0]) + 1));
    unit.remove_prefix(1);
    if (unit == "i") return std::nullopt;
  }
  const bool known = unit.empty() || unit == "iB" || unit == "B";
  const double bytes = parts->first * factor;
  if (!known || bytes < 1 || bytes > 1e18) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace glia::config
