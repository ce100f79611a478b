// SPDX-License-Identifier: MIT
#include "core/made_folder.hpp"

#include "core/write_trouble.hpp"

#include <system_error>

namespace glia {
namespace fs = std::filesystem;

MadeFolder::MadeFolder(const fs::path& folder) : folder_(folder) {
  std::error_code error;
  fs::path missing = folder.has_filename() ? folder : folder.parent_path();
  for (; !missing.empty() && !fs::exists(missing, error); missing = missing.parent_path()) {
    made_.push_back(missing);
  }
  fs::create_directories(folder, error);
  if (!error) return;
  for (const auto& each : made_) {
    std::error_code ignored;
    fs::remove(each, ignored);
  }
  refuse_folder(ErrorCode::io, folder, error, "");
}

MadeFolder::~MadeFolder() {
  if (kept_) return;
  std::error_code ignored;
  for (const auto& file : files_) fs::remove(file, ignored);
  for (const auto& folder : made_) fs::remove(folder, ignored);  // not if others have filled it
}

fs::path MadeFolder::file(const fs::path& name) {
  fs::path path = folder_ / name;
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) files_.push_back(path);
  return path;
}

}  // namespace glia
