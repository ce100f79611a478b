// SPDX-License-Identifier: MIT
// Where plugins are looked for, what is trusted, and what is remembered.
#include "catch.hpp"
#include "plugin/registry.hpp"
#include "plugin_folder.hpp"

#include <glia/sdk/wave_layer.hpp>

namespace fs = std::filesystem;

TEST_CASE("the program finds the plugins beside it without options") {
  PluginFolder folder;
  const auto outcome = folder.glia({"plugin", "list"});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find(GLIA_BINARY_DIR "/lib/glia/plugins/slide.so\n") != std::string::npos);
}

TEST_CASE("the option --plugin-path comes before GLIA_PLUGIN_PATH, and the first of two wins") {
  PluginFolder option, variable;
  const auto first = option.add("good_neighbour");
  const auto second = variable.add("good_neighbour");
  const auto listing = option.list({{"GLIA_PLUGIN_PATH", ":" + variable.path().string() + ":"}});
  CHECK(listing.plugins.at("good_neighbour") == first);
  CHECK(listing.reason(second) ==
        "offers the wave layer 'good_neighbour', which " + first + " offers already");
}

TEST_CASE("the same file reached twice is loaded once") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  fs::create_symlink(file, folder.file("link.so"));
  const auto listing = folder.list({{"GLIA_PLUGIN_PATH", folder.path().string()}});
  CHECK(listing.plugins == std::map<std::string, std::string>{{"good_neighbour", file}});
  CHECK(listing.refused.empty());
}

TEST_CASE("a folder given on the command line must exist") {
  PluginFolder folder;
  const auto missing = folder.glia({"plugin", "list", "--plugin-path", "/nowhere/at/all"});
  CHECK(missing.code == 5);
  CHECK(missing.err ==
        "glia: error: --plugin-path: /nowhere/at/all does not exist\n"
        "  hint: name the folder that holds the plugins (*.so)\n");
  const auto file = folder.add("good_neighbour");
  const auto not_folder = folder.glia({"plugin", "list", "--plugin-path", file});
  CHECK(not_folder.code == 5);
  CHECK(not_folder.err.find("--plugin-path: " + file + " is not a folder\n") != std::string::npos);
  const auto variable = folder.glia({"plugin", "list"}, {{"GLIA_PLUGIN_PATH", "/nowhere/at/all"}});
  CHECK(variable.code == 0);
}

TEST_CASE("the current folder is not searched unless it is named") {
  PluginFolder folder;
  folder.add("good_neighbour");
  const std::vector<std::string> list{GLIA_BINARY_DIR "/bin/glia", "plugin", "list"};
  std::map<std::string, std::string> env{{"GLIA_PLUGIN_PATH", "::"},
                                         {"XDG_CACHE_HOME", (folder.base() / "cache").string()}};
  CHECK(run_command(list, env, folder.path()).out.find("good_neighbour") == std::string::npos);
  env["GLIA_PLUGIN_PATH"] = ".";
  CHECK(run_command(list, env, folder.path()).out.find("good_neighbour") != std::string::npos);
}

TEST_CASE("code that others can change is not loaded") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  const std::string reason = "can be changed by every user of this machine";

  SECTION("the file") {
    fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
    CHECK(folder.list().reason(file) == reason);
    CHECK(folder.list().hint(file) == "plugins are code: only you or root may be able to change " +
                                          file + " (chown, chmod o-w)");
  }
  SECTION("its folder") {
    fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
    CHECK(folder.list().reason(folder.path()) == reason);
  }
  SECTION("its folder, sticky as /tmp is") {
    fs::permissions(folder.path(), fs::perms::others_write | fs::perms::sticky_bit,
                    fs::perm_options::add);
    CHECK(folder.list().reason(folder.path()) == reason);
  }
  SECTION("the folder that a link leads to") {
    PluginFolder other;
    const auto real = other.add("good_neighbour");
    fs::permissions(other.path(), fs::perms::others_write, fs::perm_options::add);
    fs::create_symlink(real, folder.file("link.so"));
    fs::remove(file);
    CHECK(folder.list().reason(folder.file("link.so")) ==
          "its folder " + other.path().string() + ' ' + reason);
    CHECK(other.traces() == 0);
  }
  SECTION("a file of another user") {
    if (::geteuid() == 0) {  // nobody else may give files away
      REQUIRE(::chown(file.c_str(), 4242, 4242) == 0);
      CHECK(folder.list().reason(file) == "belongs to another user (number 4242)");
    }
  }
  CHECK(folder.traces() == 0);
}

TEST_CASE("a file is tried out in a child process once, until it changes") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  REQUIRE(folder.list().plugins.count("good_neighbour") == 1);
  CHECK(folder.traces() == 2);  // the child and the program
  folder.list();
  CHECK(folder.traces() == 3);  // the program alone
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  folder.list();
  CHECK(folder.traces() == 5);

  SECTION("a damaged cache is ignored") {
    std::ofstream(folder.cache()) << "{\"format\": 1, \"libraries\": {\"" << file << "\": 7";
    CHECK(folder.list().plugins.count("good_neighbour") == 1);
    CHECK(folder.traces() == 7);
  }
  SECTION("so is a cache with other contents") {
    std::ofstream(folder.cache()) << "{\"format\": 1, \"libraries\": {\"" << file << "\": 7}}";
    CHECK(folder.list().plugins.count("good_neighbour") == 1);
  }
  SECTION("without a cache folder everything still works") {
    const auto outcome =
        folder.glia({"plugin", "inspect", file}, {{"XDG_CACHE_HOME", "/dev/null"}});
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
  }
}

TEST_CASE("a scan that cannot be started says so, and is tried again next time") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  CHECK(folder.list({{"GLIA_PROGRAM", "/nowhere/glia"}}).reason(file) ==
        "cannot be tried out: /nowhere/glia plugin scan: No such file or directory");
  CHECK(folder.list({{"GLIA_PROGRAM", "/bin/false"}}).reason(file) ==
        "cannot be tried out: /bin/false plugin scan: exit code 1");
  CHECK(folder.list().plugins.count("good_neighbour") == 1);
}

TEST_CASE("other programs load plugins too, by the glia beside them") {
  PluginFolder folder;
  folder.add("good_neighbour");
  ::setenv("XDG_CACHE_HOME", (folder.base() / "cache").c_str(), 1);
  const glia::Catalog& catalog = glia::plugin::load_plugins({folder.path().string()});
  const auto* found = catalog.find(glia::PluginKind::wave_layer, "good_neighbour");
  REQUIRE(found);
  CHECK(found->version == "1.2.3");
  CHECK(found->file == folder.file("good_neighbour.so"));
  CHECK(found->descriptor->make_wave_layer({})->out_width(7) == 7);
  CHECK(catalog.find(glia::PluginKind::head, "good_neighbour") == nullptr);

  // A second call adds what is new and keeps the rest.
  PluginFolder more;
  more.add("prints_on_load");
  more.add("no_export");
  ::setenv("GLIA_TEST_QUIET", "1", 1);
  const auto& registry = glia::plugin::load_plugins({more.path().string()});
  CHECK(&registry == &catalog);
  CHECK(catalog.find(glia::PluginKind::wave_layer, "good_neighbour") == found);
  CHECK(catalog.find(glia::PluginKind::wave_layer, "prints"));
  const auto report = glia::plugin::search_report();
  CHECK(report.find("plugins were looked for in:\n  " + folder.path().string() +
                    " (--plugin-path)\n") == 0);
  CHECK(report.find("\nand refused:\n  " + more.file("no_export.so") +
                    ": exports no glia plugin") != std::string::npos);
}
