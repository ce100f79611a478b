// SPDX-License-Identifier: MIT
// What `glia plugin list` and `glia plugin inspect` print.
#include "catch.hpp"
#include "plugin_folder.hpp"

#include <glia/sdk/fingerprint.hpp>

namespace {

Outcome inspect(const PluginFolder& folder, std::vector<std::string> more) {
  std::vector<std::string> arguments{"plugin", "inspect", "--plugin-path", folder.path().string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return folder.glia(arguments);
}

}  // namespace

TEST_CASE("a plugin is shown with its parameters and an example") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  const std::string expected =
      "wave layer 'good_neighbour', version 1.2.3\n"
      "Nothing moves.\n"
      "\n"
      "file         " +
      file +
      "\n"
      "fingerprint  " GLIA_FINGERPRINT
      "\n"
      "\n"
      "parameters\n"
      "  boundary  text, one of \"open\", \"ring\"; default \"open\"\n"
      "            What lies beyond.\n"
      "\n"
      "example\n"
      "  [network.my_network]\n"
      "  input = \"my_encoder\"\n"
      "  pattern = [\n"
      "    { wave = \"good_neighbour\", boundary = \"open\" },\n"
      "  ]\n";
  const std::vector<std::string> names{"good_neighbour", "wave:good_neighbour",
                                       "wave_layer/good_neighbour", file};
  for (const auto& name : names) {
    INFO(name);
    const auto outcome = inspect(folder, {name});
    CHECK(outcome.code == 0);
    CHECK(outcome.out == expected);
    CHECK(outcome.err.empty());
  }
}

TEST_CASE("the same as JSON") {
  PluginFolder folder;
  const auto file = folder.add("good_neighbour");
  const auto all = nlohmann::json::parse(inspect(folder, {"good_neighbour", "--json"}).out);
  const auto& plugin = all.at("plugins").at(0);
  CHECK(plugin.at("kind") == "wave_layer");
  CHECK(plugin.at("fingerprint") == GLIA_FINGERPRINT);
  CHECK(plugin.at("file") == file);
  const auto& field = plugin.at("parameters").at(0);
  CHECK(field.at("name") == "boundary");
  CHECK(field.at("type") == "text");
  CHECK(field.at("default") == "open");
  CHECK(field.at("required") == false);
  CHECK(field.at("min").is_null());
  CHECK(field.at("choices") == nlohmann::json({"open", "ring"}));
}

TEST_CASE("an unknown name gets a guess and the places that were searched") {
  PluginFolder folder;
  folder.add("good_neighbour");
  const auto bad = folder.add("no_export");
  const auto outcome = inspect(folder, {"good_neighbor"});
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("glia: error: there is no plugin 'good_neighbor'\n"
                         "plugins were looked for in:\n  " +
                         folder.path().string() +
                         " (--plugin-path)\n  " GLIA_BINARY_DIR
                         "/lib/glia/plugins (the program's own)\n"
                         "and refused:\n  " +
                         bad +
                         ": exports no glia plugin\n"
                         "  hint: did you mean 'good_neighbour'?\n") != std::string::npos);
  CHECK(inspect(folder, {"head:good_neighbour"}).code == 2);
}

TEST_CASE("a file that cannot be loaded says why") {
  PluginFolder folder;
  const auto file = folder.add("aborts_on_load");
  const auto outcome = inspect(folder, {file});
  CHECK(outcome.code == 5);
  CHECK(outcome.out.empty());
  CHECK(outcome.err == "glia: error: " + file +
                           " crashes while it is loaded: SIGABRT (Aborted); my licence server is "
                           "away\n  hint: look at the library's static initialisers\n");
  const auto json = inspect(folder, {file, "--json"});
  CHECK(json.code == 5);
  CHECK(nlohmann::json::parse(json.out).at("refused").at(0).at("file") == file);

  const auto missing = inspect(folder, {folder.file("missing.so")});
  CHECK(missing.code == 2);
  CHECK(missing.err == "glia: error: there is no file " + folder.file("missing.so") + "\n");
}

TEST_CASE("the list shows refused files below the plugins") {
  PluginFolder folder;
  const auto good = folder.add("good_neighbour");
  const auto bad = folder.add("no_entry");
  const auto outcome = folder.glia({"plugin", "list", "--plugin-path", folder.path().string()});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.rfind("KIND", 0) == 0);
  CHECK(outcome.out.find("  1.2.3    Nothing moves.") != std::string::npos);
  CHECK(outcome.out.find(good + "\n") != std::string::npos);
  CHECK(outcome.out.find("\nrefused:\n" + bad +
                         "\n  has a fingerprint but no glia_entry\n"
                         "  hint: export the plugin with GLIA_PLUGIN\n") != std::string::npos);
}
