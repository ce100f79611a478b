// SPDX-License-Identifier: MIT
// Loaded before a program (LD_PRELOAD): lets one of its calls that change files fail, as a full or
// broken disk would. $GLIA_FAULT_AT: which one, from 1; $GLIA_FAULT_UNDER: only files below that folder;
// $GLIA_FAULT_IN: "host" or "worker"; $GLIA_FAULT_ERROR: the number of the error;
// $GLIA_FAULT_STAYS: and every later one; $GLIA_FAULT_LOG: gets a line for each call that counts.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Plan {
  bool armed = false, stays = false;
  long at = 0;
  int error = ENOSPC;
  const char* under = "";
  const char* log = nullptr;
};

/// Whether this process is a worker, the program itself, or something else that it runs.
bool is_meant(const char* wanted) {
  char words[4096] = {};
  const int file =
      static_cast<int>(::syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY));
  const auto size = ::syscall(SYS_read, file, words, sizeof words - 1);
  ::syscall(SYS_close, file);
  if (size <= 0) return false;
  const char* end = words + std::strlen(words);
  const bool glia = (end - words >= 4 && std::strcmp(end - 4, "glia") == 0) ||
                    std::strcmp(words, "/proc/self/exe") == 0;
  const bool worker = std::strcmp(end + 1, "worker") == 0;
  return glia && worker == (std::strcmp(wanted, "worker") == 0);
}

const Plan& plan() {
  static const Plan made = [] {
    Plan p;
    const char* at = std::getenv("GLIA_FAULT_AT");
    const char* in = std::getenv("GLIA_FAULT_IN");
    if (!at || !is_meant(in ? in : "host")) return p;
    p.at = std::atol(at);
    if (const char* error = std::getenv("GLIA_FAULT_ERROR")) p.error = std::atoi(error);
    if (const char* under = std::getenv("GLIA_FAULT_UNDER")) p.under = under;
    p.stays = std::getenv("GLIA_FAULT_STAYS") != nullptr;
    p.log = std::getenv("GLIA_FAULT_LOG");
    p.armed = true;
    return p;
  }();
  return made;
}

/// Counts a call; true if it is to fail, with errno set.
bool fails(const char* what, const char* path) {
  static long count = 0;
  const Plan& p = plan();
  if (!p.armed || !path ||
      (path[0] == '/' && std::strncmp(path, p.under, std::strlen(p.under)) != 0)) {
    return false;
  }
  const long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
  const bool hit = p.stays ? number >= p.at : number == p.at;
  if (p.log) {
    char line[700];
    const int size = std::snprintf(line, sizeof line, "%ld %s%s %.500s\n", number, what,
                                   hit ? " fails" : "", path);
    const int file = static_cast<int>(
        ::syscall(SYS_openat, AT_FDCWD, p.log, O_WRONLY | O_APPEND | O_CREAT, 0666));
    ::syscall(SYS_write, file, line, size);
    ::syscall(SYS_close, file);
  }
  if (hit) errno = p.error;
  return hit;
}

/// The same for a descriptor: only of files that lie somewhere.
bool fails(const char* what, int file) {
  if (!plan().armed) return false;
  struct stat info {};
  if (::fstat(file, &info) != 0 || (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))) return false;
  char link[64], path[512] = {};
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  if (::readlink(link, path, sizeof path - 1) <= 0 || path[0] != '/') return false;
  return fails(what, path);
}

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define REAL(name) static const auto original = real<decltype(&name)>(#name)

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  REAL(write);
  return fails("write", file) ? -1 : original(file, bytes, size);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  REAL(pwrite64);
  return fails("pwrite", file) ? -1 : original(file, bytes, size, at);
}
int fsync(int file) {
  REAL(fsync);
  return fails("fsync", file) ? -1 : original(file);
}
int fdatasync(int file) {
  REAL(fdatasync);
  return fails("fdatasync", file) ? -1 : original(file);
}
int ftruncate64(int file, off64_t size) noexcept {
  REAL(ftruncate64);
  return fails("ftruncate", file) ? -1 : original(file, size);
}
int posix_fallocate(int file, off_t at, off_t size) {
  REAL(posix_fallocate);
  return fails("fallocate", file) ? errno : original(file, at, size);
}
int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  return fails("rename", to) ? -1 : original(from, to);
}
int link(const char* from, const char* to) noexcept {
  REAL(link);
  return fails("link", to) ? -1 : original(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  return fails("mkdir", path) ? -1 : original(path, mode);
}
ssize_t writev(int file, const iovec* pieces, int count) {
  REAL(writev);
  return fails("writev", file) ? -1 : original(file, pieces, count);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  REAL(renameat);
  return fails("rename", to) ? -1 : original(from_folder, from, to_folder, to);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  REAL(linkat);
  return fails("link", to) ? -1 : original(from_folder, from, to_folder, to, flags);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  REAL(mkdirat);
  return fails("mkdir", path) ? -1 : original(folder, path, mode);
}
// Streams of C++ open their files by this one.
FILE* fopen64(const char* path, const char* mode) {
  REAL(fopen64);
  return std::strpbrk(mode, "wa+") && fails("open", path) ? nullptr : original(path, mode);
}
FILE* fopen(const char* path, const char* mode) {
  REAL(fopen);
  return std::strpbrk(mode, "wa+") && fails("open", path) ? nullptr : original(path, mode);
}
int open(const char* path, int flags, ...) {
  REAL(open);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return (flags & O_CREAT) && fails("open", path) ? -1 : original(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  REAL(open64);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return (flags & O_CREAT) && fails("open", path) ? -1 : original(path, flags, mode);
}

}  // extern "C"
