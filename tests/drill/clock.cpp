// SPDX-License-Identifier: MIT
// Preloaded into programs under test: the wall clock jumps by the seconds that $GLIA_TEST_CLOCK, a
// file, holds at the moment. The monotonic clock stays.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

long offset() {
  const char* file = std::getenv("GLIA_TEST_CLOCK");
  char text[32] = {};
  const int fd = file ? ::open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  const auto got = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  return got > 0 ? std::atol(text) : 0;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) {
  using Function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += offset();
  return result;
}

time_t time(time_t* out) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(timeval* out, void*) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}
}
