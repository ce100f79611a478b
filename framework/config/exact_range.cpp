// SPDX-License-Identifier: MIT
#include "config/exact_range.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace glia::config {
namespace {

__extension__ using Wide = __int128;

/// digits * 10^power, the shortest that reads back as the same double.
struct Decimal {
  Wide digits = 0;
  int power = 0;
};

Decimal decimal_of(double value) {
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Decimal d;
  bool negative = false, point = false;
  const char* at = text;
  for (; at != end && *at != 'e'; ++at) {
    if (*at == '-') negative = true;
    if (*at == '.') point = true;
    if (*at < '0' || *at > '9') continue;
    d.digits = 10 * d.digits + (*at - '0');
    if (point) --d.power;
  }
  int exponent = 0;
  if (at != end) {
    ++at;
    if (at != end && *at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  d.power += exponent;
  if (negative) d.digits = -d.digits;
  return d;
}

/// The same number with a lower power; false if that takes too many digits.
bool lower_to(Decimal& d, int power) {
  constexpr int most_shift = 14;  // 17 digits and these, times a million steps, fit
  if (d.digits == 0) d.power = power;
  if (d.power - power > most_shift) return false;
  for (; d.power > power; --d.power) d.digits *= 10;
  return true;
}

double double_of(Wide digits, int power) {
  const bool negative = digits < 0;
  if (negative) digits = -digits;
  std::string text;
  do text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(digits % 10)));
  while ((digits /= 10) > 0);
  return std::strtod(((negative ? "-" : "") + text + 'e' + std::to_string(power)).c_str(), nullptr);
}

}  // namespace

std::optional<std::vector<double>> exact_steps(double from, double to, double step,
                                               std::size_t most) {
  Decimal a = decimal_of(from), b = decimal_of(to), s = decimal_of(step);
  int power = s.power;
  if (a.digits != 0) power = std::min(power, a.power);
  if (b.digits != 0) power = std::min(power, b.power);
  std::vector<double> values;
  if (lower_to(a, power) && lower_to(b, power) && lower_to(s, power)) {
    const Wide steps = (b.digits - a.digits) / s.digits;
    if (steps >= static_cast<Wide>(most)) return std::nullopt;
    for (Wide i = 0; i <= steps; ++i) values.push_back(double_of(a.digits + i * s.digits, power));
    return values;
  }
  const double steps = std::floor((to - from) / step + 1e-9);  // numbers of very different size
  if (!(steps < static_cast<double>(most))) return std::nullopt;
  for (double i = 0; i <= steps; ++i) values.push_back(std::fma(i, step, from));
  return values;
}

std::optional<std::vector<std::int64_t>> exact_steps(std::int64_t from, std::int64_t to,
                                                     std::int64_t step, std::size_t most) {
  const Wide steps = (Wide{to} - from) / step;
  if (steps >= static_cast<Wide>(most)) return std::nullopt;
  std::vector<std::int64_t> values;
  for (Wide i = 0; i <= steps; ++i) values.push_back(static_cast<std::int64_t>(from + i * step));
  return values;
}

}  // namespace glia::config
