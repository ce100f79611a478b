// SPDX-License-Identifier: MIT
#include "core/cache.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using glia::Cache;
namespace fs = std::filesystem;

namespace {

Cache::Recipe recipe(const std::string& identity, const std::string& text, int* made = nullptr) {
  return {glia::sha256_hex(identity), "thing/make", identity,
          [=](const fs::path& file, const fs::path&) {
            if (made) ++*made;
            glia::write_file(file, text);
          }};
}

}  // namespace

TEST_CASE("The cache makes a file once and then finds it") {
  const TempFolder folder;
  const Cache cache(folder / "cache");
  int made = 0;
  CHECK_FALSE(cache.find(glia::sha256_hex("a")));
  const auto first = cache.get_or_make(recipe("a", "one", &made));
  const auto second = cache.get_or_make(recipe("a", "two", &made));
  CHECK(made == 1);
  CHECK(first.made);
  CHECK_FALSE(second.made);
  CHECK(glia::read_file(second.file) == "one");
  REQUIRE(cache.entries().size() == 1);
  const auto entry = cache.entries()[0];
  CHECK(entry.identity == "a");
  CHECK(entry.name == "thing/make");
  CHECK(entry.bytes == 3);
  CHECK(entry.sha256 == glia::sha256_hex("one"));
  CHECK(fs::is_empty(folder / "cache" / "work"));
  CHECK(fs::is_empty(folder / "cache" / "tmp"));
  CHECK(fs::is_empty(folder / "cache" / "locks"));
}

TEST_CASE("A damaged entry of the cache is dropped and made anew") {
  const TempFolder folder;
  const Cache cache(folder.path());
  const auto file = cache.get_or_make(recipe("a", "one")).file;
  SECTION("other bytes") { glia::write_file(file, "eno"); }
  SECTION("too short") { glia::write_file(file, "on"); }
  SECTION("gone") { fs::remove(file); }
  CHECK(cache.verify().size() == 1);
  CHECK(cache.entries().empty());
  const auto again = cache.get_or_make(recipe("a", "one"));
  CHECK(again.made);
  glia::write_file(file, "eno");
  CHECK_FALSE(cache.find(glia::sha256_hex("a")));
  CHECK(cache.get_or_make(recipe("a", "one")).made);
  CHECK(cache.verify().empty());
}

TEST_CASE("A damaged note of the cache counts as no entry") {
  const TempFolder folder;
  const Cache cache(folder.path());
  cache.get_or_make(recipe("a", "one"));
  const auto note = folder / "notes" / (glia::sha256_hex("a") + ".json");
  glia::write_file(note, "{\"key\": 1");
  CHECK_FALSE(cache.find(glia::sha256_hex("a")));
  CHECK(cache.get_or_make(recipe("a", "one")).made);
}

TEST_CASE("Many threads that want one entry of the cache make it once") {
  const TempFolder folder;
  const Cache cache(folder.path());
  std::atomic<int> made{0}, wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int key = 0; key < 4; ++key) {
        const std::string text = "text " + std::to_string(key);
        const auto got = cache.get_or_make(
            {glia::sha256_hex(text), "x", text, [&](const fs::path& file, const fs::path&) {
               ++made;
               std::this_thread::sleep_for(std::chrono::milliseconds(20));
               glia::write_file(file, text);
             }});
        if (glia::read_file(got.file) != text) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(made == 4);
  CHECK(wrong == 0);
}

TEST_CASE("A failure to make an entry of the cache leaves none, and its work behind") {
  const TempFolder folder;
  const Cache cache(folder.path());
  const auto key = glia::sha256_hex("a");
  CHECK_THROWS_WITH(cache.get_or_make({key, "x", "a",
                                       [](const fs::path& file, const fs::path& work) {
                                         glia::write_file(work / "half", "half");
                                         glia::write_file(file, "wrong");
                                         throw std::runtime_error("oh");
                                       }}),
                    "oh");
  CHECK_FALSE(cache.find(key));
  CHECK(fs::is_empty(folder / "tmp"));
  std::string found;
  cache.get_or_make({key, "x", "a", [&](const fs::path& file, const fs::path& work) {
                       found = glia::read_file(work / "half");
                       glia::write_file(file, "right");
                     }});
  CHECK(found == "half");
  CHECK(fs::is_empty(folder / "work"));
}

TEST_CASE("The cache says when somebody else is making an entry, and waits only until stopped") {
  const TempFolder folder;
  const Cache cache(folder.path());
  const auto slow = recipe("a", "one");
  cache.get_or_make({slow.key, "x", "a", [&](const fs::path& file, const fs::path&) {
                       std::thread([&] {
                         CHECK_FALSE(cache.try_get_or_make(slow));
                         CHECK_THROWS_AS(cache.get_or_make(slow, [] { return true; }), glia::Error);
                       }).join();
                       glia::write_file(file, "one");
                     }});
  CHECK(cache.try_get_or_make(slow));
}

TEST_CASE("An entry of the cache is free again when its maker is killed") {
  const TempFolder folder;
  const Cache cache(folder.path());
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();  // nothing but this test's one thread is running
  if (child == 0) {
    cache.get_or_make({glia::sha256_hex("a"), "x", "a", [&](const fs::path& file, const fs::path&) {
                         glia::write_file(file, "half");
                         if (::write(ready[1], "x", 1) == 1) ::pause();
                       }});
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK_FALSE(cache.try_get_or_make(recipe("a", "one")));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  const auto got = cache.get_or_make(recipe("a", "one"));
  CHECK(got.made);
  CHECK(glia::read_file(got.file) == "one");
}

TEST_CASE("The cache drops what was not used for the longest time") {
  const TempFolder folder;
  const Cache cache(folder.path(), 25);
  for (const char* name : {"a", "b"}) {
    const auto got = cache.get_or_make(recipe(name, "0123456789"));
    const auto note = folder / "notes" / (glia::sha256_hex(name) + ".json");
    fs::last_write_time(note, fs::last_write_time(note) - std::chrono::hours(name[0] - 'a' + 1));
  }
  REQUIRE(cache.find(glia::sha256_hex("b")));  // now a is the oldest
  cache.get_or_make(recipe("c", "0123456789"));
  CHECK_FALSE(cache.find(glia::sha256_hex("a")));
  CHECK(cache.find(glia::sha256_hex("b")));
  CHECK(cache.find(glia::sha256_hex("c")));
  CHECK(cache.collect_garbage(0) == 20);
  CHECK(cache.entries().empty());
  CHECK(fs::is_empty(folder / "files"));
}

TEST_CASE("A cache that cannot be written says so") {
  const TempFolder folder;
  glia::write_file(folder / "file", "");
  const Cache cache(folder / "file" / "cache");
  CHECK_FALSE(cache.find("x"));
  CHECK(cache.entries().empty());
  try {
    cache.get_or_make(recipe("a", "one"));
    FAIL("no error");
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::io);
    CHECK(std::string(e.what()).find("--no-cache") != std::string::npos);
  }
}
