// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "serve/listing.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;
using serve::Entry;

struct LsCommand {
  std::vector<std::string> folders;
  bool json = false;
};

void print_text(const std::vector<Entry>& entries) {
  std::size_t width = 4;
  for (const auto& entry : entries) width = std::max(width, entry.path.string().size());
  for (const auto& entry : entries) {
    std::string state = entry.status;
    if (entry.sweep) {
      std::size_t all = 0;
      for (const auto& [status, count] : entry.trials) all += count;
      const auto done = entry.trials.find("ok");
      state += fmt::format(", {} of {} trials", done == entry.trials.end() ? 0 : done->second, all);
    }
    print("%-*s  %-5s  %-28s", static_cast<int>(width), entry.path.c_str(),
          entry.sweep ? "sweep" : "run", state.c_str());
    if (entry.best) {
      print("  %s.%s %.4f", entry.best->head.c_str(), entry.best->metric.c_str(),
            entry.best->value);
    }
    print("\n");
  }
}

/// Where there are some, if that is one floor below.
std::string elsewhere(const fs::path& folder) {
  const auto words = serve::holder_words(folder);
  return words.empty() ? ""
                       : fmt::format(", but in folders of it: glia ls {}", fmt::join(words, " "));
}

int list(const LsCommand& arguments) {
  const bool given = !arguments.folders.empty();
  std::vector<Entry> all;
  for (const auto& folder : given ? arguments.folders : std::vector<std::string>{"runs"}) {
    std::error_code ignored;
    if (given && !fs::is_directory(folder, ignored)) {
      throw Error(ErrorCode::usage, "there is no folder " + folder);
    }
    for (auto& entry : serve::entries_in(folder)) all.push_back(std::move(entry));
  }
  if (arguments.json) {
    auto json = ordered_json::array();
    for (const auto& entry : all) json.push_back(serve::json_of(entry));
    put(json_text(json, 2) + '\n');
    return ok;
  }
  print_text(all);
  if (all.empty()) {
    const std::string folder = given ? arguments.folders.front() : "runs/";
    std::fprintf(stderr, "no runs or sweeps in %s%s\n", folder.c_str(), elsewhere(folder).c_str());
  }
  return ok;
}

}  // namespace

void add_ls(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("ls", "List runs and sweeps with their state and best number");
  auto a = std::make_shared<LsCommand>();
  command->add_option("DIR", a->folders, "Folders that hold them (default runs)");
  command->add_flag("--json", a->json, "As JSON: a list");
  command->callback([a, &session] { session.action = [a] { return list(*a); }; });
}

}  // namespace glia::cli
