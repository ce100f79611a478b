// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/plugin_names.hpp"
#include "cli/plugin_text.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "plugin/registry.hpp"
#include "plugin/scan.hpp"

#include <glia/sdk/error.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

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
    put(refusal_json(refused));
    return plugin_refused;
  }
  put(json ? inspect_json(registry.all()) : inspect_text(registry.all()));
  return ok;
}

int inspect_name(const std::string& text, bool json, const Session& session) {
  const std::vector<const CatalogEntry*> found{&find_plugin(text, session)};
  put(json ? inspect_json(found) : inspect_text(found));
  return ok;
}

int list(bool json, bool ids, const Session& session) {
  // The refused files are part of the list; no need to warn of them too, but where ids only are.
  if (!session.verbose && !ids) set_terminal_log_level(LogLevel::error);
  const auto& registry = plugin::load_plugins(session.plugin_path);
  if (ids) {
    for (const auto* entry : registry.all()) put(entry->descriptor->id + '\n');
    return ok;
  }
  put(json ? list_json(registry) : list_text(registry));
  return ok;
}

}  // namespace

void add_plugin(CLI::App& app, Session& session) {
  auto* group = app.add_subcommand("plugin", "Make, show and check plugins");
  group->require_subcommand(1);
  auto json = std::make_shared<bool>(false);
  const auto add_json = [&](CLI::App* command) {
    command->add_flag("--json", *json, "Print JSON instead of text");
  };

  auto* list_command =
      group->add_subcommand("list", "All plugins, and the files that were refused");
  add_json(list_command);
  auto ids = std::make_shared<bool>(false);
  list_command->add_flag("--ids", *ids, "Print ids only, one a line");
  list_command->callback([&session, json, ids] {
    session.action = [&session, json, ids] { return list(*json, *ids, session); };
  });

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

  add_plugin_new(*group, session);
  add_plugin_check(*group, session);
  add_plugin_docs(*group, session);

  // For the program itself: tries library files out in a process that may crash.
  auto* scan = group->add_subcommand("scan", "")->group("");
  auto files = std::make_shared<std::vector<std::string>>();
  scan->add_option("FILE", *files)->required();
  scan->callback(
      [&session, files] { session.action = [files]() -> int { plugin::scan_child(*files); }; });
}

}  // namespace glia::cli
