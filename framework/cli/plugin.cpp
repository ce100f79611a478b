// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/plugin_text.hpp"
#include "core/diagnostics.hpp"
#include "core/log.hpp"
#include "plugin/registry.hpp"
#include "plugin/scan.hpp"

#include <glia/sdk/error.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

struct Name {
  std::string kind;  ///< "" = any
  std::string id;
};

/// "wave_layer/slide", "wave:slide", or "slide"; another text before the mark is not a kind.
Name split_name(const std::string& text) {
  const auto mark = text.find_first_of("/:");
  if (mark != std::string::npos) {
    const std::string kind = text.substr(0, mark);
    if (kind == "wave") return {"wave_layer", text.substr(mark + 1)};
    for (const auto known :
         {PluginKind::dataset, PluginKind::encoder, PluginKind::wave_layer, PluginKind::head}) {
      if (kind == kind_key(known)) return {kind, text.substr(mark + 1)};
    }
  }
  return {"", text};
}

bool means_file(const std::string& text) {
  if (text.ends_with(".so")) return true;
  return split_name(text).kind.empty() && text.find('/') != std::string::npos;
}

int inspect_file(const std::string& name, bool json) {
  if (!fs::exists(fs::symlink_status(name))) {
    throw Error(ErrorCode::usage, "there is no file " + name);
  }
  plugin::Registry registry;
  registry.load_file(name);
  if (!registry.refusals().empty()) {
    const auto& refused = registry.refusals().front();
    if (!json) {
      throw Error(ErrorCode::plugin, refused.file + ' ' + refused.reason, refused.hint);
    }
    print(refusal_json(refused));
    return plugin_refused;
  }
  print(json ? inspect_json(registry.all()) : inspect_text(registry.all()));
  return ok;
}

int inspect_name(const std::string& text, bool json, const Session& session) {
  const auto& registry = plugin::load_plugins(session.plugin_path);
  const Name name = split_name(text);
  std::vector<const CatalogEntry*> found;
  std::vector<std::string> known;
  for (const auto* entry : registry.all()) {
    if (!name.kind.empty() && name.kind != kind_key(entry->descriptor->kind)) continue;
    known.push_back(entry->descriptor->id);
    if (entry->descriptor->id == name.id) found.push_back(entry);
  }
  if (found.empty()) {
    const std::string guess = did_you_mean(name.id, known);
    throw Error(ErrorCode::usage, "there is no plugin '" + text + "'\n" + registry.search_report(),
                guess.empty() ? "'glia plugin list' shows all plugins" : guess);
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const auto* entry : found) {
      names.push_back(std::string(kind_key(entry->descriptor->kind)) + '/' + name.id);
    }
    throw Error(ErrorCode::usage, "'" + text + "' names more than one plugin",
                "say which: " + quoted_list(names));
  }
  print(json ? inspect_json(found) : inspect_text(found));
  return ok;
}

int list(bool json, const Session& session) {
  // The refused files are part of the list; no need to warn of them too.
  if (!session.verbose) set_terminal_log_level(spdlog::level::err);
  const auto& registry = plugin::load_plugins(session.plugin_path);
  print(json ? list_json(registry) : list_text(registry));
  return ok;
}

}  // namespace

void add_plugin(CLI::App& app, Session& session) {
  auto* group = app.add_subcommand("plugin", "Show the plugins that were found");
  group->require_subcommand(1);
  auto json = std::make_shared<bool>(false);
  const auto add_json = [&](CLI::App* command) {
    command->add_flag("--json", *json, "Print JSON instead of text");
  };

  auto* list_command =
      group->add_subcommand("list", "All plugins, and the files that were refused");
  add_json(list_command);
  list_command->callback(
      [&session, json] { session.action = [&session, json] { return list(*json, session); }; });

  auto* inspect = group->add_subcommand("inspect", "A plugin's parameters and an example");
  auto name = std::make_shared<std::string>();
  inspect
      ->add_option("NAME", *name,
                   "Id of a plugin ('slide'; 'wave/slide' if there are several), or a library file")
      ->required();
  add_json(inspect);
  inspect->callback([&session, json, name] {
    session.action = [&session, json, name] {
      return means_file(*name) ? inspect_file(*name, *json) : inspect_name(*name, *json, session);
    };
  });

  // For the program itself: tries library files out in a process that may crash.
  auto* scan = group->add_subcommand("scan", "")->group("");
  auto files = std::make_shared<std::vector<std::string>>();
  scan->add_option("FILE", *files)->required();
  scan->callback(
      [&session, files] { session.action = [files]() -> int { plugin::scan_child(*files); }; });
}

}  // namespace glia::cli
