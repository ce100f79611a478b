// SPDX-License-Identifier: MIT
// A wave layer that behaves as $RUDE says: while it is loaded, or when a layer is made.
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/tap_weights.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <unistd.h>

#include <atomic>
#include <cfenv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {

bool mode(const char* name) {
  const char* given = std::getenv("RUDE");
  return given && std::strcmp(given, name) == 0;
}

/// The run's log among this process's descriptors; -1 before there is one.
int log_descriptor() {
  for (int number = 3; number < 256; ++number) {
    char path[512] = {};
    const std::string link = "/proc/self/fd/" + std::to_string(number);
    if (::readlink(link.c_str(), path, sizeof path - 1) > 0 && std::strstr(path, "/log.txt")) {
      return number;
    }
  }
  return -1;
}

struct AtLoad {
  AtLoad() {
    if (mode("load-round")) std::fesetround(FE_UPWARD);
    if (mode("load-chdir") && ::chdir("/") != 0) std::abort();
#if defined(__x86_64__)
    if (mode("load-fast-math")) _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    if (mode("load-exit-later")) std::atexit([] { ::_exit(0); });
  }
} at_load;

struct Config {
  std::string ends = "ring";
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::ends, "ends").choices("open", "ring").doc("What lies beyond the ends."));

class Rude final : public glia::StencilLayer {
 public:
  explicit Rude(Config) {
    if (mode("print")) {
      std::cout << "{\"heads\": \"mine\"}" << std::endl;
      std::printf("DEBUG\n");
      std::fflush(stdout);
    }
    if (mode("exit")) std::exit(0);
    if (mode("quick-exit")) std::quick_exit(0);
    if (mode("throw-int")) throw 42;
  }
  glia::Stencil stencil(std::int64_t in) const override {
    if (mode("crash")) std::raise(SIGSEGV);
    if (mode("abort")) std::abort();
    if (mode("no-memory")) throw std::bad_alloc();
    if (mode("long-words")) throw std::runtime_error("\x1b[31m" + std::string(3'000'000, 'x'));
    if (mode("long-error")) {
      throw glia::Error(glia::ErrorCode::internal, "\x1b[31m" + std::string(3'000'000, 'x'));
    }
    if (mode("sleep")) ::sleep(1000);
    if (mode("close") && log_descriptor() >= 0) ::close(log_descriptor());
    if (mode("fork") && log_descriptor() >= 0 && ::fork() == 0) {
      ::execlp("sleep", "sleep", "1000", nullptr);
    }
    static std::atomic<int> asked{0};
    if (mode("varies") && ++asked % 2 == 0) {
      return glia::Stencil::band(in, in, {0, 1}, glia::Boundary::ring);
    }
    return glia::Stencil::band(in, in, {-1, 0, 1}, glia::Boundary::ring);
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Rude>("rude", schema, "Does what it must not do."))
