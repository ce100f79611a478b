// SPDX-License-Identifier: MIT
#include "core/file_lock.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace glia {
namespace {

/// Whether the open file is still the one of that name: its last holder may have removed it.
bool still_named(int descriptor, const std::filesystem::path& file) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(file.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

std::optional<FileLock> FileLock::try_take(const std::filesystem::path& file) {
  for (;;) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    }
    FileLock lock(file, descriptor);
    // flock belongs to the opened file, so it keeps threads of one process apart as well.
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK || errno == EINTR) return std::nullopt;
      throw Error(ErrorCode::io,
                  fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    }
    if (still_named(descriptor, file)) return lock;
  }
}

FileLock::FileLock(std::filesystem::path file, int descriptor)
    : file_(std::move(file)), descriptor_(descriptor) {}

FileLock::FileLock(FileLock&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void FileLock::remove_file() { ::unlink(file_.c_str()); }

}  // namespace glia
