// SPDX-License-Identifier: MIT
#pragma once

#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

/// A folder of plugins of its own, and a cache of its own, for one test.
class PluginFolder {
 public:
  PluginFolder() {
    // Permissions are part of what is tested, so they must not depend on the umask.
    std::filesystem::create_directory(path());
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }

  std::filesystem::path base() const { return base_; }
  std::filesystem::path path() const { return base_ / "plugins"; }
  std::filesystem::path trace() const { return base_ / "trace"; }
  std::filesystem::path cache() const { return base_ / "cache/glia/plugins.json"; }
  std::string file(const std::string& name) const { return (path() / name).string(); }

  /// Copies the library of tests/conformance/refused/<name>/ here.
  std::string add(const std::string& name, const std::string& as = "") const {
    const auto target = path() / ((as.empty() ? name : as) + ".so");
    std::filesystem::copy_file(
        std::filesystem::path(GLIA_BINARY_DIR) / "tests/bad" / (name + ".so"), target);
    std::filesystem::permissions(target, std::filesystem::perms::owner_all);
    return target.string();
  }

  Outcome glia(const std::vector<std::string>& arguments,
               std::map<std::string, std::string> more = {}) const {
    std::vector<std::string> argv{GLIA_BINARY_DIR "/bin/glia"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    std::map<std::string, std::string> env{{"XDG_CACHE_HOME", (base_ / "cache").string()},
                                           {"GLIA_PLUGIN_PATH", ""},
                                           {"GLIA_TEST_TRACE", trace().string()}};
    more.merge(env);
    return run_command(argv, more);
  }

  struct Listing {
    std::map<std::string, std::string> plugins;     ///< id -> file, of this folder only
    std::map<std::string, nlohmann::json> refused;  ///< file -> entry
    Outcome outcome;

    std::string reason(const std::string& file) const {
      const auto entry = refused.find(file);
      return entry == refused.end() ? "(not refused)" : entry->second.at("reason");
    }
    std::string hint(const std::string& file) const {
      const auto entry = refused.find(file);
      return entry == refused.end() ? "(not refused)" : entry->second.at("hint");
    }
  };

  /// `glia plugin list --json` with this folder.
  Listing list(const std::map<std::string, std::string>& env = {}) const {
    Listing listing;
    listing.outcome = glia({"plugin", "list", "--json", "--plugin-path", path().string()}, env);
    const auto all = nlohmann::json::parse(listing.outcome.out);
    for (const auto& plugin : all.at("plugins")) {
      const std::string file = plugin.at("file");
      if (file.rfind(base_.string(), 0) == 0) listing.plugins[plugin.at("id")] = file;
    }
    for (const auto& entry : all.at("refused")) listing.refused[entry.at("file")] = entry;
    return listing;
  }

  /// How often code of a library that leaves traces was run.
  int traces() const {
    std::ifstream stream(trace());
    int lines = 0;
    for (std::string line; std::getline(stream, line);) ++lines;
    return lines;
  }

 private:
  TempFolder folder_;
  std::filesystem::path base_ = std::filesystem::canonical(folder_.path());
};
