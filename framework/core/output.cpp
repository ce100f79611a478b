// SPDX-License-Identifier: MIT
#include "core/output.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>

namespace glia {
namespace {

std::FILE* claimed = nullptr;
int failure = 0;      ///< the first reason why something could not be written
bool closed = false;  ///< whoever started the program gave it no standard output

std::FILE* stream() { return claimed ? claimed : stdout; }

void note(bool written) {
  if (!written && failure == 0) failure = errno ? errno : EIO;
}

}  // namespace

void claim_output() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    if (fd == 1) closed = true;
    const int opened = ::open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
    if (opened >= 0 && opened != fd) {
      ::dup2(opened, fd);
      ::close(opened);
    }
  }
  const int own = ::fcntl(1, F_DUPFD_CLOEXEC, 10);
  std::FILE* opened = own < 0 ? nullptr : ::fdopen(own, "w");
  if (!opened) return;                // then results go where they always went
  if (claimed) std::fclose(claimed);  // by a process that this one is a copy of
  if (::isatty(own)) std::setvbuf(opened, nullptr, _IOLBF, 0);
  claimed = opened;
  ::dup2(2, 1);
}

int output_descriptor() { return ::fileno(stream()); }

void print(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  errno = closed ? EBADF : 0;
  note(!closed && std::vfprintf(stream(), format, arguments) >= 0);
  va_end(arguments);
}

void put(std::string_view text) {
  if (text.empty()) return;
  errno = closed ? EBADF : 0;
  note(!closed && std::fwrite(text.data(), 1, text.size(), stream()) == text.size());
}

void sync_output() {
  errno = 0;
  note(std::fflush(stream()) == 0);
}

void flush_output() {
  sync_output();
  if (failure == 0) return;
  throw Error(ErrorCode::io,
              std::string("cannot write to standard output: ") + std::strerror(failure));
}

}  // namespace glia
