// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/program.hpp"
#include "config/host_tables.hpp"
#include "config/node_kind.hpp"
#include "core/diagnostics.hpp"

#include <glia/sdk/export.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace glia::cli {
namespace {

/// Where a key of this name may stand: "pipeline.seed", "head.ID.train.epochs".
std::vector<std::string> settings_called(const std::string& name) {
  std::vector<std::string> all;
  const auto look = [&](const config::HostTable& table, const std::string& path) {
    for (const auto& field : table.fields) {
      if (field.name == name) all.push_back(path + '.' + name);
    }
  };
  look(config::pipeline_table(), "pipeline");
  for (const config::NodeKind* kind : config::node_kinds()) {
    const std::string path = kind->name + std::string(".ID");
    look(kind->table(), path);
    for (const auto& section : kind->table().sections) {
      if (section.holds == config::Section::Holds::table) {
        look(section.table(), path + '.' + section.name);
      }
    }
  }
  return all;
}

/// What to write in place of words that the command does not know; empty if there is no telling.
std::string hint_for(const CLI::App& app) {
  const auto words = app.remaining(true);
  const auto commands = app.get_subcommands();
  if (words.empty() || commands.empty() || !words[0].starts_with("--")) return {};
  const auto equals = words[0].find('=');
  const std::string name = words[0].substr(2, equals == std::string::npos ? equals : equals - 2);
  std::string value = "VALUE";
  if (equals != std::string::npos) value = words[0].substr(equals + 1);
  if (equals == std::string::npos && words.size() > 1 && !words[1].starts_with('-')) {
    value = words[1];
  }
  std::vector<std::string> names;
  bool takes_settings = false;
  for (const auto* option : commands[0]->get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
    takes_settings = takes_settings || option->get_type_name() == "KEY=VALUE";
  }
  if (std::string guess = did_you_mean(name, names); !guess.empty()) {
    return guess.insert(guess.find('\'') + 1, "--");
  }
  if (!takes_settings) return {};
  if (commands[0]->get_name() == "evaluate") {
    return "what is different is given as KEY=VALUE: split=validation, seed=2, weight_noise=0.1, "
           "dataset.ID.test_limit=100";
  }
  auto settings = settings_called(name);
  if (settings.empty()) return "settings are given as KEY=VALUE; glia config FILE shows them all";
  for (auto& setting : settings) setting += '=' + value;
  return "settings are given as KEY=VALUE: " + quoted_list(settings);
}

/// What to say of a word that stands where a command is expected; empty if there is none.
std::string of_unknown_command(const CLI::App& app) {
  const CLI::App* group = &app;  // glia itself, or a command that is a group of others
  while (!group->get_subcommands().empty()) group = group->get_subcommands().front();
  const auto words = app.remaining(true);
  const bool expected = group->get_require_subcommand_min() > 0;
  if (!expected || words.empty() || words[0].starts_with('-')) return {};
  std::vector<std::string> names;
  for (const auto* command : group->get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  const std::string guess = did_you_mean(words[0], names);
  return fmt::format("there is no command '{}'\n  hint: {}\n", words[0],
                     guess.empty() ? "there is " + quoted_list(names) : guess);
}

std::string message_of(const CLI::App* app, const CLI::Error& error) {
  if (std::string text = of_unknown_command(*app); !text.empty()) return text;
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const std::string hint = unknown ? hint_for(*app) : "";
  return fmt::format("{}\n{}Run with --help for more information.\n", error.what(),
                     hint.empty() ? "" : fmt::format("  hint: {}\n", hint));
}

void add_all(CLI::App& app, Session& session) {
  app.failure_message(message_of);
  add_run(app, session);
  add_validate(app, session);
  add_config(app, session);
  add_graph(app, session);
  add_plugin(app, session);
  add_data(app, session);
  add_evaluate(app, session);
  add_predict(app, session);
  add_wave(app, session);
  add_encoder(app, session);
  add_export(app, session);
  add_serve(app, session);
  add_ls(app, session);
  add_best(app, session);
  add_report(app, session);
  add_compare(app, session);
  add_compile(app, session);
  add_sweep(app, session);
  add_resume(app, session);
  add_status(app, session);
  add_cache(app, session);
  add_collect(app, session);
  add_worker(app, session);
  add_task(app, session);
  add_schema(app, session);
  add_doctor(app, session);
  add_completion(app, session);
}

}  // namespace
}  // namespace glia::cli

extern "C" GLIA_API int glia_all_commands(int argc, char** argv) {
  return glia::cli::run_command(argc, argv, glia::cli::add_all);
}
