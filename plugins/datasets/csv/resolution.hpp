// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace csv {

/// Which columns hold numbers that are told apart in the file and are the same as float32: times of
/// one day as seconds since 1970, say. Looks at the first lines alone.
class Resolution {
 public:
  Resolution(std::size_t columns, char decimal) : columns_(columns), decimal_(decimal) {}

  /// The next number of a column, as it stands in the file.
  void note(std::size_t column, std::string_view field);

  /// "column 't': 1000.00001 and 1000.00002 become the same, ..." of the first column of which a
  /// twentieth or more is lost; else empty.
  std::string text(const std::vector<std::string>& names) const;

 private:
  std::vector<std::vector<double>> columns_;
  char decimal_;
};

}  // namespace csv
