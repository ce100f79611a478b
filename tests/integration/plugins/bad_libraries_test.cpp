// SPDX-License-Identifier: MIT
// Every way in which a library can be bad: refused with its own words, while the good plugin beside
// it still loads.
#include "catch.hpp"
#include "plugin_folder.hpp"

#include <glia/sdk/fingerprint.hpp>
#include <glia/sdk/plugin.hpp>

namespace fs = std::filesystem;

namespace {

void check_good_neighbour(const PluginFolder& folder, const PluginFolder::Listing& listing) {
  CHECK(listing.outcome.code == 0);
  REQUIRE(listing.plugins.count("good_neighbour") == 1);
  CHECK(listing.plugins.at("good_neighbour") == folder.file("good_neighbour.so"));
}

const std::string torch = std::to_string(TORCH_VERSION_MAJOR) + '.' +
                          std::to_string(TORCH_VERSION_MINOR) + '.' +
                          std::to_string(TORCH_VERSION_PATCH);

}  // namespace

TEST_CASE("a library that is no plugin of this program is refused with the reason") {
  struct Case {
    const char* name;
    std::string reason;
    std::string hint;
  };
  const std::string entry_bytes = std::to_string(sizeof(glia::PluginEntry));
  const auto cases = std::vector<Case>{
      {"no_export", "exports no glia plugin",
       "the library needs GLIA_PLUGIN(...) once; build it with glia_add_plugin() in CMake. If it "
       "is no plugin, keep it in another folder"},
      {"unknown_fingerprint",
       "has a fingerprint that this program cannot read: glia_abi__2__newer_form",
       "rebuild the plugin against this program's SDK"},
      {"no_entry", "has a fingerprint but no glia_entry", "export the plugin with GLIA_PLUGIN"},
      {"other_sdk",
       "its entry says SDK 99.4, its fingerprint and this program SDK " GLIA_SDK_VERSION,
       "rebuild the plugin against SDK " GLIA_SDK_VERSION},
      {"wrong_magic", "its glia_entry is not a plugin entry (wrong magic number)",
       "export the plugin with GLIA_PLUGIN"},
      {"small_entry", "its glia_entry is too small: 8 bytes instead of " + entry_bytes,
       "rebuild the plugin against this program's SDK"},
      {"other_layout",
       "its descriptors are 16 bytes large, this program's " +
           std::to_string(sizeof(glia::Descriptor)),
       "rebuild the plugin with this program's compiler, standard library and SDK"},
      {"duplicate_within", "describes itself wrongly: wave layer 'twin' is offered twice", ""},
      {"wrong_descriptors",
       "describes itself wrongly: wave layer 'Wrong-Id': an id is lower-case letters, digits and "
       "underscores, and starts with a letter\n"
       "wave layer 'Wrong-Id', parameter 'width': the default -1 is not at least 0\n"
       "wave layer 'Wrong-Id', parameter 'width': declared twice\n"
       "wave layer 'Wrong-Id', parameter 'Mode': a name is lower-case letters, digits and "
       "underscores\n"
       "wave layer 'Wrong-Id', parameter 'Mode': the default \"c\" is not one of 'a' and 'b'\n"
       "wave layer 'no_maker' has no maker of its kind, or one of another kind",
       ""},
      {"empty_list", "offers nothing: its list of descriptors is empty",
       "name at least one plugin in GLIA_PLUGIN"},
      {"throws_descriptors", "failed to describe itself: no licence found", ""},
  };
  PluginFolder folder;
  folder.add("good_neighbour");
  for (const auto& bad : cases) folder.add(bad.name);
  const auto listing = folder.list();
  for (const auto& bad : cases) {
    const auto file = folder.file(bad.name + std::string(".so"));
    CHECK(listing.reason(file) == bad.reason);
    CHECK(listing.hint(file) == bad.hint);
  }
  CHECK(listing.plugins.size() == 1);
  check_good_neighbour(folder, listing);
}

TEST_CASE("a plugin built against another LibTorch never runs a line") {
  PluginFolder folder;
  const auto file = folder.add("other_torch");
  auto listing = folder.list();
  const std::string reason = listing.reason(file);
  CHECK(reason.substr(0, reason.find('\n')) ==
        "was built for another host: LibTorch 9.8.7 instead of " + torch);
  CHECK(reason.find("\nLibTorch          " + torch) != std::string::npos);
  CHECK(reason.find("9.8.7   <- differs\n") != std::string::npos);
  CHECK(listing.hint(file) == "rebuild the plugin against LibTorch " + torch +
                                  " (-DCMAKE_PREFIX_PATH points CMake to another LibTorch)");
  const auto inspected = folder.glia({"plugin", "inspect", file});
  CHECK(inspected.code == 5);
  CHECK(inspected.out.empty());
  CHECK(inspected.err.find(file + " was built for another host: LibTorch 9.8.7") !=
        std::string::npos);
  CHECK(folder.traces() == 0);

  folder.add("good_neighbour");  // the same initialiser does leave traces when it runs
  listing = folder.list();
  CHECK(folder.traces() > 0);
  check_good_neighbour(folder, listing);
}

TEST_CASE("neither does one with another C++ ABI or for another SDK") {
  PluginFolder folder;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"other_abi", "C++11 ABI no instead of yes"},
      {"other_major", "SDK 99.0 instead of " GLIA_SDK_VERSION},
      {"newer_minor", "SDK " + std::to_string(GLIA_SDK_MAJOR) + ".99 instead of " GLIA_SDK_VERSION},
      {"older_sdk", "SDK 1 instead of " GLIA_SDK_VERSION},
      {"other_torch", "LibTorch 9.8.7 instead of " + torch}};
  for (const auto& [name, difference] : cases) {
    INFO(name);
    const auto file = folder.add(name);
    CHECK(folder.list().reason(file).find("was built for another host: " + difference) == 0);
    CHECK(folder.glia({"plugin", "check", file}).code == 1);
    const auto outcome = folder.glia({"plugin", "inspect", file, "--json"});
    CHECK(outcome.code == 5);
    const auto refused = nlohmann::json::parse(outcome.out).at("refused").at(0);
    int differing = 0;
    for (const auto& row : refused.at("comparison")) {
      if (row.at("host") != row.at("plugin")) ++differing;
    }
    CHECK(differing == 1);
  }
  CHECK(folder.traces() == 0);
}

TEST_CASE("an undefined symbol is named before anything runs") {
  PluginFolder folder;
  folder.add("good_neighbour");
  const auto file = folder.add("undefined_symbol");
  const auto listing = folder.list();
  CHECK(listing.reason(file) ==
        "cannot be loaded: " + file + ": undefined symbol: elsewhere::missing_function(int)");
  CHECK(listing.hint(file) ==
        "compile the missing function into the plugin, or link the library that has it");
  check_good_neighbour(folder, listing);
}

TEST_CASE("crashes and hangs cost one line each, and the rest still loads") {
  PluginFolder folder;
  folder.add("good_neighbour");
  const auto aborts = folder.add("aborts_on_load");
  const auto exits = folder.add("exits_on_load");
  const auto segfaults = folder.add("segfaults_on_load");
  const auto hangs = folder.add("hangs_on_load");
  folder.add("prints_on_load", "zz_last");
  const auto listing = folder.list({{"GLIA_SCAN_SECONDS", "2.5"}, {"GLIA_TEST_QUIET", "1"}});
  CHECK(listing.reason(aborts) ==
        "crashes while it is loaded: SIGABRT (Aborted); my licence server is away");
  CHECK(listing.hint(aborts) == "look at the library's static initialisers");
  CHECK(listing.reason(segfaults) == "crashes while it is loaded: SIGSEGV (Segmentation fault)");
  CHECK(listing.reason(exits) == "ends the program while it is loaded: exit code 3");
  CHECK(listing.reason(hangs) == "hangs while it is loaded: stopped after 2.5 seconds");
  CHECK(listing.plugins.count("prints") == 1);
  check_good_neighbour(folder, listing);

  SECTION("they are remembered and not tried again, until they change") {
    const int before = folder.traces();
    const auto again = folder.list({{"GLIA_TEST_QUIET", "1"}});
    CHECK(again.reason(hangs) == listing.reason(hangs));
    CHECK(again.hint(hangs) == "found earlier; it is tried again once it changes, or without " +
                                   folder.cache().string());
    CHECK(folder.traces() == before + 1);  // good_neighbour, loaded straight away
    fs::remove(hangs);
    fs::copy_file(folder.file("good_neighbour.so"), hangs);
    fs::remove(folder.file("good_neighbour.so"));
    CHECK(folder.list({{"GLIA_TEST_QUIET", "1"}}).plugins.at("good_neighbour") == hangs);
  }
}

TEST_CASE("what a library prints while it is loaded does not confuse the scan") {
  PluginFolder folder;
  const auto file = folder.add("prints_on_load");
  const auto outcome = folder.glia({"plugin", "inspect", file});
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("wave layer 'prints', version 1.0.0") != std::string::npos);
}

TEST_CASE("files that are no libraries at all") {
  PluginFolder folder;
  const auto good = folder.add("good_neighbour");
  std::ofstream(folder.file("text.so")) << "not a library, just text\n";
  std::ofstream(folder.file("empty.so"));
  fs::create_directory(folder.file("folder.so"));
  fs::create_symlink("/nowhere/plugin.so", folder.file("dangling.so"));
  REQUIRE(::mkfifo(folder.file("pipe.so").c_str(), 0600) == 0);
  for (const char* name : {"text.so", "empty.so", "folder.so", "pipe.so"}) {
    fs::permissions(folder.file(name), fs::perms::owner_all);
  }
  const auto listing = folder.list();
  CHECK(listing.reason(folder.file("text.so")) == "is not a shared library");
  CHECK(listing.hint(folder.file("text.so")) ==
        "a plugin is built with glia_add_plugin() in CMake");
  CHECK(listing.reason(folder.file("empty.so")) == "is not a shared library");
  CHECK(listing.reason(folder.file("folder.so")) == "is a folder, not a shared library");
  CHECK(listing.reason(folder.file("dangling.so")) == "cannot be read: the link leads nowhere");
  CHECK(listing.reason(folder.file("pipe.so")) == "is not a regular file");
  check_good_neighbour(folder, listing);
}

TEST_CASE("a cut library is refused, wherever it was cut") {
  PluginFolder folder;
  const auto good = folder.add("good_neighbour");
  const auto size = fs::file_size(good);
  std::vector<std::string> cuts;
  for (const auto length : {std::uintmax_t{10}, std::uintmax_t{70}, size / 3, size / 2, size - 1}) {
    cuts.push_back(folder.add("good_neighbour", "cut_to_" + std::to_string(length)));
    fs::resize_file(cuts.back(), length);
  }
  const auto listing = folder.list();
  for (const auto& cut : cuts) {
    INFO(cut);
    CHECK(listing.reason(cut) == "is damaged: the file ends too early");
    CHECK(listing.hint(cut) == "build or copy it again");
  }
  check_good_neighbour(folder, listing);
}

TEST_CASE("two libraries must not offer the same plugin: all of the second is refused") {
  PluginFolder folder;
  const auto good = folder.add("good_neighbour", "a_first");
  const auto second = folder.add("duplicate_across");
  const auto listing = folder.list();
  CHECK(listing.outcome.code == 0);
  CHECK(listing.reason(second) ==
        "offers the wave layer 'good_neighbour', which " + good + " offers already");
  CHECK(listing.hint(second) == "remove one of the two files, or rename the plugin");
  CHECK(listing.refused.at(second).at("duplicate") == true);
  CHECK(listing.plugins == std::map<std::string, std::string>{{"good_neighbour", good}});
}
