// SPDX-License-Identifier: MIT
#include "core/mapped_file.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace glia {

MappedFile::MappedFile(const std::filesystem::path& path, Writes writes) {
  const bool shared = writes == Writes::reach_file;
  const int file = shared ? ::open(path.c_str(), O_RDWR | O_CLOEXEC) : open_to_read(path);
  struct stat info {};
  int reason = errno;
  if (file >= 0 && ::fstat(file, &info) == 0) {
    size_ = static_cast<std::size_t>(info.st_size);
    reason = 0;
    if (size_ > 0) {
      start_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, shared ? MAP_SHARED : MAP_PRIVATE,
                      file, 0);
      if (start_ == MAP_FAILED) reason = errno;
    }
  }
  if (file >= 0) ::close(file);
  if (reason != 0) {
    throw Error(ErrorCode::io,
                fmt::format("cannot read {}: {}", path.string(), std::strerror(reason)));
  }
}

MappedFile::~MappedFile() {
  if (size_ > 0) ::munmap(start_, size_);
}

}  // namespace glia
