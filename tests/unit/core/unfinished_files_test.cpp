// SPDX-License-Identifier: MIT
#include "core/unfinished_files.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

namespace fs = std::filesystem;

namespace {

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

}  // namespace

TEST_CASE("What write_file was writing when it was killed is removed, and nothing else") {
  const TempFolder folder;
  const std::set<std::string> kept{"head.safetensors", "my.tmp-notes",          "a.tmp-1-",
                                   "a.tmp--2",         "a.tmp-1-2.safetensors", ".tmp-1-2"};
  for (const auto& name : kept) glia::write_file(folder / name, "kept");
  fs::create_directory(folder / "b.tmp-1-2");
  fs::create_symlink("head.safetensors", folder / "c.tmp-1-2");
  glia::write_file(folder / "head.safetensors.tmp-4711-18446744073709551615", "half");
  glia::write_file(folder / "head.safetensors.tmp-1-0", "half");
  glia::remove_unfinished(folder.path());
  auto expected = kept;
  expected.insert({"b.tmp-1-2", "c.tmp-1-2"});
  CHECK(names_in(folder.path()) == expected);
  CHECK_NOTHROW(glia::remove_unfinished(folder / "nowhere"));
  CHECK_NOTHROW(glia::remove_unfinished(folder / "head.safetensors"));
}

TEST_CASE("A process that is killed while it writes leaves what is known for unfinished") {
  const TempFolder folder;
  const std::string text(64 << 20, 'x');
  std::size_t left = 0;
  for (int attempt = 0; attempt < 200 && left == 0; ++attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) glia::write_file(folder / "data", text);
    }
    while (fs::is_empty(folder.path())) ::usleep(100);
    ::usleep(static_cast<useconds_t>(100 * attempt));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    left = names_in(folder.path()).size() - names_in(folder.path()).count("data");
  }
  REQUIRE(left > 0);
  glia::remove_unfinished(folder.path());
  CHECK(names_in(folder.path()).size() == names_in(folder.path()).count("data"));
}
