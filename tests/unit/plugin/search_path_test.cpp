// SPDX-License-Identifier: MIT
#include "plugin/search_path.hpp"

#include "catch.hpp"
#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace fs = std::filesystem;
using namespace glia::plugin;

namespace {

struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "glia-search-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path = name;
  }
  ~TemporaryFolder() { fs::remove_all(path); }
};

struct Variable {
  explicit Variable(const std::string& value) { ::setenv("GLIA_PLUGIN_PATH", value.c_str(), 1); }
  ~Variable() { ::unsetenv("GLIA_PLUGIN_PATH"); }
};

}  // namespace

TEST_CASE("option, variable, own folder: in this order") {
  TemporaryFolder a, b, c;
  const Variable variable(b.path.string() + "::/nowhere:" + c.path.string());
  const auto folders = search_path({a.path.string()});
  REQUIRE(folders.size() == 5);
  CHECK(folders[0].path == a.path);
  CHECK(folders[0].origin == "--plugin-path");
  CHECK(folders[0].problem.empty());
  CHECK(folders[1].path == b.path);
  CHECK(folders[1].origin == "$GLIA_PLUGIN_PATH");
  CHECK(folders[2].path == "/nowhere");
  CHECK(folders[2].problem == "does not exist");
  CHECK(folders[3].path == c.path);
  CHECK(folders[4].path == glia::program_folder().parent_path() / "lib/glia/plugins");
  CHECK(folders[4].origin == "the program's own");
}

TEST_CASE("a folder of the command line must exist") {
  CHECK_THROWS_AS(search_path({"/nowhere"}), glia::Error);
  CHECK_THROWS_WITH(search_path({""}), "--plugin-path: the folder's name is empty");
}

TEST_CASE("libraries are found by their ending and sorted by name") {
  TemporaryFolder folder;
  for (const char* name : {"b.so", "a.so", "c.so.1", "notes.txt", "so"}) {
    std::ofstream(folder.path / name);
  }
  CHECK(library_files(folder.path) ==
        std::vector<fs::path>{folder.path / "a.so", folder.path / "b.so"});
  CHECK_THROWS_WITH(library_files("/nowhere"), "cannot be read: No such file or directory");
}

TEST_CASE("files that others can change are not trusted") {
  TemporaryFolder folder;
  const auto file = folder.path / "a.so";
  std::ofstream{file};
  fs::permissions(file, fs::perms::owner_all);
  CHECK(trust_problem(file).empty());
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  CHECK(trust_problem(file) == "can be changed by every user of this machine");
  CHECK(trust_problem("/bin").empty());
  CHECK(trust_problem("/tmp") == "can be changed by every user of this machine");
}

TEST_CASE("what a group can change is trusted only if the group is one's own") {
  TemporaryFolder folder;
  const auto file = folder.path / "a.so";
  std::ofstream{file};
  fs::permissions(file, fs::perms::owner_all | fs::perms::group_write);
  if (::geteuid() != 0) return;  // only root can give a file to another group
  REQUIRE(::chown(file.c_str(), 0, 65534) == 0);
  fs::permissions(file, fs::perms::owner_all | fs::perms::group_write);
  CHECK(trust_problem(file) == "can be changed by everybody in the group number 65534");
  fs::permissions(file, fs::perms::group_write, fs::perm_options::remove);
  CHECK(trust_problem(file).empty());
}

TEST_CASE("a folder on the way that others can change is not trusted") {
  TemporaryFolder folder;
  const auto inner = folder.path / "a" / "b" / "plugins";
  fs::create_directories(inner);
  CHECK(search_path({inner.string()})[0].problem.empty());
  fs::permissions(folder.path / "a", fs::perms::others_write, fs::perm_options::add);
  CHECK(search_path({inner.string()})[0].problem ==
        "lies in " + (folder.path / "a").string() +
            ", which every user of this machine can change");
  fs::create_directory_symlink(inner, folder.path / "link");
  CHECK_FALSE(search_path({(folder.path / "link").string()})[0].problem.empty());
  fs::permissions(folder.path / "a", fs::perms::sticky_bit, fs::perm_options::add);
  CHECK(search_path({inner.string()})[0].problem.empty());  // as /tmp: nobody else can rename
}
