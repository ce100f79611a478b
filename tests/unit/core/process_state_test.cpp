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
#include <unistd.h>

#include <cfenv>
#include <cstdlib>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace fs = std::filesystem;
using Changes = std::vector<std::string>;

TEST_CASE("What code changes in its process is put back and named") {
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

  ::setenv("GLIA_TEST_NEW", "1", 1);
  const std::string home = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  CHECK(state.restore() == Changes{"the environment"});
  CHECK(std::getenv("GLIA_TEST_NEW") == nullptr);
  CHECK(std::getenv("PATH") == home);

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

  if (::setlocale(LC_ALL, "C.UTF-8")) {
    CHECK(state.restore() == Changes{"the locale"});
    CHECK(std::string(::setlocale(LC_ALL, nullptr)) == "C");
  }
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
