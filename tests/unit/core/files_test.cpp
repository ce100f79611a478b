// SPDX-License-Identifier: MIT
#include "core/files.hpp"

#include "catch.hpp"
#include "core/cache.hpp"
#include "core/gzip.hpp"
#include "core/hash.hpp"
#include "core/mapped_file.hpp"
#include "core/one_look.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {

/// A named pipe, a socket and a device: reading one would wait for ever, or never end.
std::vector<std::pair<fs::path, std::string>> special_files(const TempFolder& folder) {
  const fs::path pipe = folder / "pipe", socket = folder / "socket";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(fd);
  return {{pipe, "is a named pipe, not a file"},
          {socket, "is a socket, not a file"},
          {"/dev/zero", "is a device, not a file"},
          {folder.path(), "is a directory, not a file"}};
}

}  // namespace

TEST_CASE("Whatever reads a file refuses what is none, and does not wait for it") {
  const TempFolder folder;
  for (const auto& [path, what] : special_files(folder)) {
    INFO(path.string());
    CHECK_THROWS_WITH(glia::read_file(path), Contains(what));
    CHECK_THROWS_WITH(glia::sha256_of_file(path.string()), Contains(what));
    CHECK_THROWS_WITH(glia::MappedFile(path), Contains(what));
    CHECK_THROWS_WITH(glia::gunzip(path, [](std::string_view) {}), Contains(what));
    CHECK(glia::identity_of_file(path.string()).empty());
  }
}

TEST_CASE("A file that is too large is refused before it is read") {
  const TempFolder folder;
  const fs::path path = folder / "large";
  glia::write_file(path, "12345");
  CHECK(glia::read_file(path, 5) == "12345");
  CHECK_THROWS_WITH(glia::read_file(path, 4), Contains("holds more than the 4 bytes"));
  fs::resize_file(path, std::uintmax_t{1} << 40);  // no memory holds that
  CHECK_THROWS_WITH(glia::read_file(path, 1 << 20), Contains("holds more than"));
}

TEST_CASE("Writing a file follows no link that somebody has laid beside it") {
  const TempFolder folder;
  glia::write_file(folder / "precious", "mine");
  fs::create_symlink(folder / "precious",
                     (folder / "out").string() + ".tmp-" + std::to_string(::getpid()));
  glia::write_file(folder / "out", "new");
  CHECK(glia::read_file(folder / "precious") == "mine");
  CHECK(glia::read_file(folder / "out") == "new");
}

TEST_CASE("A note in the cache that names another key is no entry, and deletes nothing") {
  const TempFolder folder;
  const glia::Cache cache(folder / "cache");
  cache.prepare();
  glia::write_file(folder / "victim", "mine");
  for (const std::string key : {"../../victim", "/etc/hostname", ""}) {
    const auto stem = glia::sha256_hex("a");
    const nlohmann::json note{{"key", key},    {"name", "x"}, {"identity", ""},
                              {"sha256", "0"}, {"bytes", 0},  {"seconds", 0}};
    glia::write_file(folder / "cache" / ("notes/" + stem + ".json"), note.dump());
    glia::write_file(folder / "cache" / "notes/victim.json", note.dump());
    CHECK(cache.entries().empty());
    CHECK_FALSE(cache.find(stem));
    CHECK(cache.verify().empty());
    cache.collect_garbage(0);
    CHECK(glia::read_file(folder / "victim") == "mine");
  }
}

TEST_CASE("A cache that every user can change is not used") {
  const TempFolder folder;
  fs::create_directory(folder / "cache");
  const glia::Cache cache(folder / "cache");
  CHECK_NOTHROW(cache.prepare());
  fs::permissions(folder / "cache", fs::perms::others_write, fs::perm_options::add);
  CHECK_THROWS_WITH(cache.prepare(), Contains("can be changed by every user"));
  fs::permissions(folder / "cache", fs::perms::others_write, fs::perm_options::remove);
  CHECK_NOTHROW(cache.prepare());
  if (::geteuid() != 0) return;  // only root can give a folder away
  REQUIRE(::chown((folder / "cache").c_str(), 12345, 0) == 0);
  fs::permissions(folder / "cache", fs::perms::owner_all);
  CHECK_THROWS_WITH(cache.prepare(), Contains("belongs to another user (number 12345)"));
}

TEST_CASE("A changed file is a changed identity, also when its time is set back") {
  const TempFolder folder;
  const fs::path path = folder / "data";
  glia::write_file(path, "one");
  const auto before = glia::identity_of_file(path.string());
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  {
    const int fd = ::open(path.c_str(), O_WRONLY);
    REQUIRE(::pwrite(fd, "two", 3, 0) == 3);
    ::close(fd);
  }
  const timespec times[2]{info.st_atim, info.st_mtim};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  CHECK(glia::identity_of_file(path.string()) != before);
}

TEST_CASE("While a look at files lasts, they are what they were when it began") {
  const TempFolder folder;
  const auto path = folder / "data";
  glia::write_file(path, "one");
  const auto one = glia::identity_of_file(path.string());
  const auto set = [&] { return glia::identity_of_data("set", folder.path().string(), {"data"}); };
  const auto set_of_one = set();
  REQUIRE_FALSE(set_of_one.empty());
  {
    const glia::OneLook look;
    CHECK(set() == set_of_one);
    CHECK(glia::identity_of_file(path.string()) == one);
    glia::write_file(path, "another");
    {
      const glia::OneLook joins;
      CHECK(glia::identity_of_file(path.string()) == one);
    }
    CHECK(glia::identity_of_file(path.string()) == one);
    CHECK(set() == set_of_one);
  }
  CHECK(glia::identity_of_file(path.string()) != one);
  CHECK(set() != set_of_one);
}

TEST_CASE("Folders of the user that are no absolute paths are as good as not set") {
  const std::string cache = std::getenv("XDG_CACHE_HOME") ? std::getenv("XDG_CACHE_HOME") : "",
                    data = std::getenv("XDG_DATA_HOME") ? std::getenv("XDG_DATA_HOME") : "";
  const auto set = [](const char* name, const std::string& value) {
    value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
  };
  set("XDG_CACHE_HOME", "");
  set("XDG_DATA_HOME", "");
  const auto usual_cache = glia::user_cache_folder(), usual_data = glia::user_data_folder();
  for (const char* relative : {"cache", "./cache", "../cache", "~/cache"}) {
    set("XDG_CACHE_HOME", relative);
    set("XDG_DATA_HOME", relative);
    CHECK(glia::user_cache_folder() == usual_cache);
    CHECK(glia::user_data_folder() == usual_data);
  }
  set("XDG_CACHE_HOME", "/var/own");
  CHECK(glia::user_cache_folder() == "/var/own/glia");
  set("XDG_CACHE_HOME", cache);
  set("XDG_DATA_HOME", data);
}
