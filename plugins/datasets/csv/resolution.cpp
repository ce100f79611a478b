// SPDX-License-Identifier: MIT
#include "resolution.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

namespace csv {
namespace {

constexpr std::size_t most_lines = 4096;  // chance alone makes few of so many the same
constexpr std::size_t sure_digits = 6;    // numbers of so many digits differ as float32 too

std::string digits_of(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace

void Resolution::note(std::size_t column, std::string_view field, float number) {
  Numbers& known = columns_[column];
  if (known.size() >= most_lines || (known.empty() && field.size() <= sure_digits)) return;
  std::string plain(field);
  std::replace(plain.begin(), plain.end(), decimal_, '.');
  double wide = 0;
  const char* end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data() + plain.starts_with('+'), end, wide);
  if (error == std::errc{} && stop == end) known.emplace_back(wide, number);
}

std::string Resolution::text(const std::vector<std::string>& names) const {
  constexpr std::size_t share = 20;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Numbers different = columns_[i];
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    const auto same = std::adjacent_find(different.begin(), different.end(),
                                         [](auto& a, auto& b) { return a.second == b.second; });
    std::set<float> left;
    for (const auto& [wide, number] : different) left.insert(number);
    const std::size_t lost = different.size() - left.size();
    if (same == different.end() || lost * share < different.size()) continue;
    return "column '" + names[i] + "': " + digits_of(same->first) + " and " +
           digits_of((same + 1)->first) + " become the same; of " +
           std::to_string(different.size()) + " different numbers " + std::to_string(left.size()) +
           " are left";
  }
  return {};
}

}  // namespace csv
