// SPDX-License-Identifier: MIT
#include "core/files.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace glia {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& path, int reason) {
  throw Error(ErrorCode::io, "cannot " + what + ' ' + path.string() + ": " + std::strerror(reason));
}

/// Closes on every way out.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

fs::path xdg_folder(const char* variable, const char* fallback) {
  if (const char* base = std::getenv(variable); base && *base) return fs::path(base) / "glia";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/tmp") / fallback / "glia";
}

}  // namespace

void write_file(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".tmp-" + std::to_string(::getpid());
  Descriptor file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (file.fd < 0) fail("write", path, errno);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      ::unlink(temporary.c_str());
      fail("write", path, reason);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.fd) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    fail("write", path, reason);
  }
}

void extend_file(const fs::path& path, std::uint64_t bytes) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (file.fd < 0) fail("write", path, errno);
  if (const int reason = ::posix_fallocate(file.fd, 0, static_cast<off_t>(bytes)); reason != 0) {
    fail("write", path, reason);
  }
}

void sync_file(const fs::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0 || ::fsync(file.fd) != 0) fail("write", path, errno);
}

std::string read_file(const fs::path& path) {
  if (fs::is_directory(path)) {
    throw Error(ErrorCode::io, path.string() + " is a directory, not a file");
  }
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail("read", path, errno);
  std::string bytes;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

fs::path user_data_folder() { return xdg_folder("XDG_DATA_HOME", ".local/share"); }

fs::path user_cache_folder() { return xdg_folder("XDG_CACHE_HOME", ".cache"); }

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::vector<std::string> data_folders(const std::string& set, const std::string& explicit_folder) {
  if (!explicit_folder.empty()) return {explicit_folder};
  std::vector<std::string> folders;
  if (const char* base = std::getenv("GLIA_DATA_DIR"); base && *base) {
    folders.push_back((fs::path(base) / set).string());
  }
  folders.push_back((user_data_folder() / "data" / set).string());
  folders.push_back("/usr/share/datasets/" + set);
  return folders;
}

}  // namespace glia
