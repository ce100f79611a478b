// SPDX-License-Identifier: MIT
#include "config/seen_from.hpp"

#include <filesystem>

namespace glia::config {

std::string seen_from(const Source& source, const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty() || fs::path(path).is_absolute()) return path;
  std::error_code trouble;
  if (source.line != 0) {  // said in a file
    const fs::path beside = fs::absolute(fs::path(source.name).parent_path() / path, trouble);
    if (!trouble && fs::exists(beside, trouble)) return beside.lexically_normal().string();
  }
  // Whole, so that what is written down means the same file when it is read elsewhere.
  const fs::path here = fs::absolute(path, trouble);
  return !trouble && fs::exists(here, trouble) ? here.lexically_normal().string() : path;
}

}  // namespace glia::config
