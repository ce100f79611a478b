// SPDX-License-Identifier: MIT
#include "core/process.hpp"

#include "catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace {

bool lives(pid_t pid) { return ::kill(pid, 0) == 0; }

enum class Stray { child, orphan, grandchild };

/// A child that leaves its group and sleeps, or a grandchild whose parent ends at once or sleeps too.
pid_t stray(Stray kind) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    if (kind != Stray::child && ::fork() != 0) {
      if (kind == Stray::grandchild) ::sleep(100);
      ::_exit(0);
    }
    const pid_t self = ::getpid();
    if (::write(ends[1], &self, sizeof self) != sizeof self) ::_exit(1);
    ::sleep(100);
    ::_exit(0);
  }
  pid_t pid = -1;
  REQUIRE(::read(ends[0], &pid, sizeof pid) == sizeof pid);
  ::close(ends[0]);
  ::close(ends[1]);
  if (kind == Stray::orphan) ::waitpid(child, nullptr, 0);
  return pid;
}

}  // namespace

TEST_CASE("Strangers are ended and named, also those that left their group and lost their parent") {
  glia::adopt_orphans();
  const pid_t kept = stray(Stray::child), child = stray(Stray::child);
  const pid_t orphan = stray(Stray::orphan);
  glia::Process own(glia::Command{.words = {"sleep", "100"}});
  const auto ended = glia::end_strangers({kept});
  CHECK(ended.size() == 2);
  for (const pid_t pid : {child, orphan}) {
    INFO(pid);
    CHECK_FALSE(lives(pid));
    const auto name = "(process " + std::to_string(pid) + ")";
    CHECK(std::any_of(ended.begin(), ended.end(),
                      [&](const auto& text) { return text.find(name) != std::string::npos; }));
  }
  CHECK(lives(kept));
  CHECK_FALSE(own.try_wait());
  CHECK(glia::end_strangers({kept}).empty());
  CHECK(glia::end_strangers().size() == 1);
  CHECK_FALSE(lives(kept));
  CHECK_FALSE(own.try_wait());
}

TEST_CASE("Whom a stranger leaves behind is ended with it") {
  glia::adopt_orphans();
  const pid_t grandchild = stray(Stray::grandchild);
  CHECK(glia::end_strangers().size() == 2);
  CHECK_FALSE(lives(grandchild));
}

TEST_CASE("A child that has ended is waited for and not named") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  CHECK(glia::end_strangers().empty());
  CHECK(::waitpid(child, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}
