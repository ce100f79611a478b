// SPDX-License-Identifier: MIT
#include "core/unfinished_files.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <vector>

namespace glia {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view mark = ".tmp-";

/// NAME.tmp-PROCESS-NUMBER, as `write_file` calls them.
bool is_unfinished(std::string_view name) {
  const auto at = name.rfind(mark);
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view end = name.substr(at + mark.size());
  const auto dash = end.find('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == end.size()) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(end.begin(), end.begin() + static_cast<std::ptrdiff_t>(dash), is_digit) &&
         std::all_of(end.begin() + static_cast<std::ptrdiff_t>(dash) + 1, end.end(), is_digit);
}

}  // namespace

void remove_unfinished(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored, error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (is_unfinished(it->path().filename().native()) &&
        fs::is_regular_file(it->symlink_status(ignored))) {
      found.push_back(it->path());
    }
  }
  for (const auto& file : found) fs::remove(file, ignored);
}

}  // namespace glia
