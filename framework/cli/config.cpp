// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "config/pipeline.hpp"
#include "config/sweep_keys.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

namespace glia::cli {
namespace {

void print_lines(const config::Pipeline& pipeline) {
  constexpr std::size_t widest = 40;  // one long value must not push all origins off the screen
  std::size_t path_width = 0;
  std::size_t value_width = 0;
  for (const auto& setting : pipeline.settings) {
    path_width = std::max(path_width, setting.path.size());
    value_width = std::max(value_width, std::min(widest, setting.value.size()));
  }
  for (const auto& setting : pipeline.settings) {
    print("%-*s = %-*s  # %s\n", static_cast<int>(path_width), setting.path.c_str(),
          static_cast<int>(value_width), setting.value.c_str(), setting.origin.c_str());
  }
}

void print_json(const config::Pipeline& pipeline) {
  auto settings = nlohmann::ordered_json::array();
  for (const auto& setting : pipeline.settings) {
    // TOML's numbers, texts and lists are JSON too, all but nan and inf.
    auto value = perhaps_ordered_json(setting.value);
    if (value.is_discarded()) value = setting.value;
    settings.push_back({{"path", setting.path}, {"value", value}, {"origin", setting.origin}});
  }
  const nlohmann::ordered_json document{{"file", pipeline.spec.file}, {"settings", settings}};
  // Names of files need not be UTF-8.
  const auto text = json_text(document, 2);
  print("%s\n", text.c_str());
}

/// What can be given as KEY=VALUE, for shells: settings of the file, and what a sweep of it could be
/// told.
void print_keys(const config::Pipeline& pipeline) {
  std::set<std::string> keys;
  for (const auto& setting : pipeline.settings) keys.insert(setting.path);
  for (const auto& field : config::sweep_host_fields()) keys.insert("sweep." + field.name);
  for (const auto& launcher : config::launcher_tables()) {
    for (const auto& field : launcher.fields) keys.insert(launcher.name + '.' + field.name);
  }
  for (const auto& key : keys) put(key + "=\n");
}

}  // namespace

void add_config(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "config", "Show every setting of a pipeline and where its value comes from");
  auto arguments = std::make_shared<PipelineArguments>();
  arguments->add_to(*command);
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "As JSON");
  auto keys = std::make_shared<bool>(false);
  command->add_flag("--keys", *keys, "Only what can be set, as KEY=, one a line");
  command->callback([arguments, json, keys, &session] {
    session.action = [arguments, json, keys, &session] {
      const auto pipeline = arguments->load(session);
      *keys ? print_keys(pipeline) : *json ? print_json(pipeline) : print_lines(pipeline);
      return static_cast<int>(ok);
    };
  });
}

}  // namespace glia::cli
