// SPDX-License-Identifier: MIT
#include "core/open_files.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace glia {

OpenFiles::OpenFiles() {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<int> numbers;
  for (fs::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    numbers.push_back(std::atoi(it->path().filename().c_str()));
  }
  for (const int number : numbers) {  // that of the list is closed by now
    struct stat info {};
    if (::fstat(number, &info) != 0) continue;
    std::error_code unknown;
    const auto path = fs::read_symlink(fmt::format("/proc/self/fd/{}", number), unknown);
    all_.push_back({number, info.st_dev, info.st_ino, path.string()});
  }
}

void OpenFiles::require_open() const {
  for (const auto& [number, device, inode, path] : all_) {
    struct stat now {};
    const bool open = ::fstat(number, &now) == 0;
    if (open && now.st_dev == device && now.st_ino == inode) continue;
    throw Error(ErrorCode::internal,
                fmt::format("a plugin has closed descriptor {} ({}), which is not its own{}",
                            number, path, open ? ", and another file has its number" : ""),
                "it may close what it has opened itself, and that once");
  }
}

}  // namespace glia
