// SPDX-License-Identifier: MIT
#include "config/seen_from.hpp"

#include <filesystem>

namespace glia::config {

std::string seen_from(const Source& source, const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty() || fs::path(path).is_absolute() || source.line == 0) return path;
  std::error_code trouble;
  const fs::path beside = fs::absolute(fs::path(source.name).parent_path() / path, trouble);
  return !trouble && fs::exists(beside, trouble) ? beside.lexically_normal().string() : path;
}

}  // namespace glia::config
