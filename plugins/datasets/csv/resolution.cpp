// SPDX-License-Identifier: MIT
#include "resolution.hpp"

#include <glia/sdk/lost_differences.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace csv {
namespace {

constexpr std::size_t most_lines = 4096;  // chance alone makes few of so many the same
constexpr std::size_t sure_digits = 6;    // numbers of so many digits differ as float32 too

}  // namespace

void Resolution::note(std::size_t column, std::string_view field) {
  std::vector<double>& known = columns_[column];
  if (known.size() >= most_lines || (known.empty() && field.size() <= sure_digits)) return;
  std::string plain(field);
  std::replace(plain.begin(), plain.end(), decimal_, '.');
  double wide = 0;
  const char* end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data() + plain.starts_with('+'), end, wide);
  if (error == std::errc{} && stop == end && std::isfinite(wide)) known.push_back(wide);
}

std::string Resolution::text(const std::vector<std::string>& names) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string lost = glia::lost_differences(columns_[i]);
    if (!lost.empty()) return "column '" + names[i] + "': " + lost;
  }
  return {};
}

}  // namespace csv
