// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/error.hpp>

#include <filesystem>
#include <system_error>
#include <utility>

namespace glia::compile {

/// A folder that is made, and removed again unless it is kept. Error (usage) if it is there and not
/// empty.
class NewFolder {
 public:
  explicit NewFolder(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code reason;
    if (std::filesystem::exists(path_, reason) &&
        !(std::filesystem::is_directory(path_, reason) && std::filesystem::is_empty(path_))) {
      throw Error(ErrorCode::usage, path_.string() + " is there already",
                  "choose a new folder with -o DIR; nothing is overwritten");
    }
    made_ = !std::filesystem::exists(path_, reason);
    std::filesystem::create_directories(path_, reason);
    if (reason) {
      throw Error(ErrorCode::io, "cannot make " + path_.string() + ": " + reason.message());
    }
  }
  ~NewFolder() {
    std::error_code ignored;
    if (kept_) return;
    for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
      std::filesystem::remove_all(entry.path(), ignored);
    }
    if (made_) std::filesystem::remove(path_, ignored);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void keep() { kept_ = true; }

 private:
  std::filesystem::path path_;
  bool made_ = false, kept_ = false;
};

}  // namespace glia::compile
