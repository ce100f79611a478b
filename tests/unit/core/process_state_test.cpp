// SPDX-License-Identifier: MIT
#include "core/process_state.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "core/mapped_file.hpp"
#include "core/mapping_guard.hpp"
#include "core/nesting.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cfenv>
#include <cstdlib>
#include <locale>
#include <sstream>
#include <thread>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace fs = std::filesystem;
using Changes = std::vector<std::string>;

namespace {

struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

}  // namespace

TEST_CASE("Threads and timers that are left behind are told") {
  const glia::ProcessState state;
  CHECK(state.left_behind().empty());
  {
    std::atomic<bool> done{false};
    std::thread guest([&] {
      while (!done) std::this_thread::yield();
    });
    CHECK(state.left_behind() == Changes{"a thread"});
    done = true;
    guest.join();
  }
  timer_t timer{};
  REQUIRE(::timer_create(CLOCK_MONOTONIC, nullptr, &timer) == 0);
  if (fs::exists("/proc/self/timers")) CHECK(state.left_behind() == Changes{"a timer"});
  ::timer_delete(timer);
  CHECK(state.left_behind().empty());
}

TEST_CASE("What code changes of the folder and of rounding is put back and named") {
  const TempFolder folder;
  const fs::path here = fs::current_path();
  const glia::ProcessState state;
  CHECK(state.restore().empty());

  fs::current_path(folder.path());
  CHECK(state.restore() == Changes{"the current folder"});
  CHECK(fs::current_path() == here);

  std::fesetround(FE_UPWARD);
  CHECK(state.restore() == Changes{"the rounding or denormal mode"});
  CHECK(std::fegetround() == FE_TONEAREST);

#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // as a library linked with -ffast-math does
  CHECK_FALSE(glia::default_float_mode());
  CHECK(state.restore() == Changes{"the rounding or denormal mode"});
  CHECK(glia::default_float_mode());
#endif

  CHECK(state.restore().empty());
}

TEST_CASE("What code changes of the environment and the locale is put back and named") {
  const glia::ProcessState state;
  ::setenv("GLIA_TEST_NEW", "1", 1);
  const std::string home = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  CHECK(state.restore() == Changes{"the environment"});
  CHECK(std::getenv("GLIA_TEST_NEW") == nullptr);
  CHECK(std::getenv("PATH") == home);

  std::locale::global(std::locale(std::locale(), new Commas));
  CHECK(state.restore() == Changes{"the locale"});
  std::ostringstream number;
  number << 0.5;
  CHECK(number.str() == "0.5");

  if (::setlocale(LC_ALL, "C.UTF-8")) {
    CHECK(state.restore() == Changes{"the locale"});
    CHECK(std::string(::setlocale(LC_ALL, nullptr)) == "C");
  }
  CHECK(state.restore().empty());
}

TEST_CASE("What code changes of timers, masks, signals, limits and descriptors is put back") {
  const glia::ProcessState state;
  const itimerval later{{0, 0}, {1000, 0}};
  ::setitimer(ITIMER_REAL, &later, nullptr);
  CHECK(state.restore() == Changes{"the interval timers"});

  const mode_t mask = ::umask(0777);
  CHECK(state.restore() == Changes{"the file mode mask"});
  CHECK(::umask(mask) == mask);

  ::signal(SIGTERM, SIG_IGN);
  CHECK(state.restore() == Changes{"what signals do"});
  sigset_t blocked;
  sigfillset(&blocked);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  CHECK(state.restore() == Changes{"what signals do"});

  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const rlimit few{files.rlim_cur - 1, files.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  CHECK(state.restore() == Changes{"the resource limits"});

  const int kept = ::dup(0);
  ::close(0);
  CHECK(state.restore() == Changes{"the standard descriptors"});
  CHECK(::fcntl(0, F_GETFD) >= 0);
  ::close(kept);
  CHECK(state.restore().empty());
}

TEST_CASE("A mapped file that is cut is an error and no signal") {
  glia::guard_mappings();
  const TempFolder folder;
  const fs::path path = folder / "data";
  glia::write_file(path, std::string(100'000, 'x'));
  const glia::MappedFile mapped(path);
  CHECK(mapped.bytes()[50'000] == 'x');
  CHECK_NOTHROW(glia::require_whole_mappings());
  fs::resize_file(path, 10);
  CHECK(mapped.bytes()[90'000] == '\0');  // SIGBUS without the guard
  CHECK_THROWS_WITH(glia::require_whole_mappings(),
                    Catch::Matchers::StartsWith(path.string() + " was cut short"));
  glia::detail::cut_mapping = 0;
}

TEST_CASE("JSON that nests deeper than any of ours is refused before it is parsed") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(glia::shallow_json(nested(100)) == nested(100));
  CHECK_THROWS_AS(glia::shallow_json(nested(101)), glia::Error);
  CHECK_THROWS_AS(glia::shallow_json(nested(200'000)), glia::Error);
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "{},[],";
  CHECK_NOTHROW(glia::shallow_json(wide + "1]"));
  CHECK_NOTHROW(glia::shallow_json("\"" + std::string(500, '[') + "\\\"" + nested(300) + "\""));
}

TEST_CASE("An object with more members than can be kept in order is refused before it is parsed") {
  const auto object = [](std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
      text += (i ? ",\"" : "\"") + std::to_string(i) + "\":\":\"";
    }
    return text + '}';
  };
  const auto all = object(glia::most_ordered_members);
  CHECK(glia::small_json(all) == all);
  CHECK_NOTHROW(glia::small_json('[' + all + ',' + all + ']'));  // each for itself
  const auto more = object(glia::most_ordered_members + 1);
  CHECK_THROWS_WITH(glia::small_json("[1," + more + ']'), Contains("more than 10000 members"));
  CHECK_NOTHROW(glia::shallow_json(more));
}
