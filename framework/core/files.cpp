// SPDX-License-Identifier: MIT
#include "core/files.hpp"

#include "core/file_pieces.hpp"
#include "core/variable.hpp"
#include "core/write_trouble.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

namespace glia {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const std::string& what, const fs::path& path, int reason) {
  throw Error(ErrorCode::io,
              fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(reason)),
              write_remedy(reason));
}

/// Closes on every way out.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

std::string home_folder() {
  if (std::string home = value_of(variables::home); home.starts_with('/')) return home;
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(::geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found &&
      found->pw_dir && *found->pw_dir) {
    return found->pw_dir;
  }
  throw Error(ErrorCode::usage, "this user has no home folder",
              "set HOME, or XDG_CACHE_HOME and XDG_DATA_HOME, to folders of your own");
}

/// A relative path would be another folder wherever one works: the XDG specification has it ignored.
fs::path xdg_folder(const Variable& variable, const char* fallback) {
  if (const fs::path base = value_of(variable); base.is_absolute()) return base / "glia";
  return fs::path(home_folder()) / fallback / "glia";
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

/// A new file beside `path`, under a name that nobody could have prepared a link at.
Descriptor make_beside(const fs::path& path, fs::path& name) {
  thread_local std::random_device chance;
  for (int attempt = 0;; ++attempt) {
    const auto number = std::uint64_t{chance()} << 32 | chance();
    name = fmt::format("{}.tmp-{}-{}", path.string(), ::getpid(), number);
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd >= 0) return {fd};
    if (errno != EEXIST || attempt == 100) fail("write", path, errno);
  }
}

/// Best effort: some file systems know no fsync of a folder.
void sync_folder_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (opened.fd >= 0 && ::fsync(opened.fd) != 0 && errno != EINVAL && errno != ENOTSUP) {
    fail("write", path, errno);
  }
}

bool in_group(gid_t group) {
  if (group == ::getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  return count > 0 &&
         std::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

}  // namespace

void write_file(const fs::path& path, std::string_view bytes) {
  fs::path temporary;
  const Descriptor file = make_beside(path, temporary);
  const auto give_up = [&](int reason) {
    ::unlink(temporary.c_str());
    fail("write", path, reason);
  };
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.fd) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) give_up(errno);
  sync_folder_of(path);
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

int open_to_read(const fs::path& path) {
  // Without waiting: a named pipe would wait for whoever writes to it.
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  const int reason = errno;
  struct stat info {};
  const bool known = file.fd >= 0 ? ::fstat(file.fd, &info) == 0 : ::stat(path.c_str(), &info) == 0;
  if (known && !S_ISREG(info.st_mode)) {
    throw Error(ErrorCode::io,
                fmt::format("{} is {}, not a file", path.string(), kind_of(info.st_mode)));
  }
  if (file.fd < 0) fail("read", path, reason);
  return std::exchange(file.fd, -1);
}

std::string read_file(const fs::path& path, std::uint64_t limit) {
  const auto refuse_size = [&] {
    throw Error(ErrorCode::io,
                fmt::format("{} holds more than the {} bytes that such a file can have",
                            path.string(), limit));
  };
  std::error_code unknown;  // what is wrong is told where it is opened
  const std::uint64_t size = fs::is_regular_file(path, unknown) ? fs::file_size(path, unknown) : 0;
  if (!unknown && size > limit) refuse_size();
  std::string bytes;
  if (!unknown) bytes.reserve(size);
  each_piece(path, [&](std::string_view piece) {
    bytes.append(piece);
    if (bytes.size() > limit) refuse_size();  // it grows, or is none of a disk (/proc)
  });
  return bytes;
}

std::string shared_folder_problem(const fs::path& folder) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) return {};
  if (info.st_mode & S_IWOTH) return "can be changed by every user of this machine";
  const bool own = info.st_uid == ::geteuid() || info.st_uid == 0;
  const bool shared = (info.st_mode & S_IWGRP) && in_group(info.st_gid);
  if (own || shared) return {};
  return fmt::format(
      "belongs to another user (number {}) and to no group of yours that may write to it",
      info.st_uid);
}

fs::path user_data_folder() { return xdg_folder(variables::data_home, ".local/share"); }

fs::path user_cache_folder() { return xdg_folder(variables::cache_home, ".cache"); }

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::vector<std::string> data_folders(const std::string& set, const std::string& explicit_folder) {
  if (!explicit_folder.empty()) return {explicit_folder};
  std::vector<std::string> folders;
  if (const std::string base = value_of(variables::data_dir); !base.empty()) {
    folders.push_back((fs::path(base) / set).string());
  }
  folders.push_back((user_data_folder() / "data" / set).string());
  folders.push_back("/usr/share/datasets/" + set);
  return folders;
}

}  // namespace glia
