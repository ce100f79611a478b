// SPDX-License-Identifier: MIT
#pragma once

#include "cli/exit_codes.hpp"

#include <glia/sdk/error.hpp>

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace glia::cli {

/// The exit code that stands for an error.
int exit_code(ErrorCode code);

/// What the commands share: global options, and the action that the chosen command leaves.
struct Session {
  std::vector<std::string> plugin_path;  ///< --plugin-path
  bool verbose = false;
  bool color = true;                      ///< false with --no-color, NO_COLOR, or no terminal
  std::vector<std::string> command_line;  ///< as given, for provenance
  std::function<int()> action;            ///< set by the command's callback; returns the exit code
};

/// One function per subcommand, each in a file of its own: declares the command and sets
/// `session.action` when it is chosen.
void add_run(CLI::App& app, Session& session);
void add_validate(CLI::App& app, Session& session);
void add_config(CLI::App& app, Session& session);
void add_graph(CLI::App& app, Session& session);
void add_plugin(CLI::App& app, Session& session);
void add_data(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_compare(CLI::App& app, Session& session);
/// Below the command `plugin`.
void add_plugin_check(CLI::App& plugin, Session& session);
void add_plugin_new(CLI::App& plugin, Session& session);
void add_plugin_docs(CLI::App& plugin, Session& session);
void add_schema(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);
void add_sweep(CLI::App& app, Session& session);
void add_resume(CLI::App& app, Session& session);  ///< and retry
void add_status(CLI::App& app, Session& session);  ///< and stop
void add_cache(CLI::App& app, Session& session);
void add_collect(CLI::App& app, Session& session);
void add_evaluate(CLI::App& app, Session& session);
void add_predict(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_ls(CLI::App& app, Session& session);
void add_best(CLI::App& app, Session& session);
void add_worker(CLI::App& app, Session& session);
void add_task(CLI::App& app, Session& session);
void add_compile(CLI::App& app, Session& session);
void add_wave(CLI::App& app, Session& session);
void add_encoder(CLI::App& app, Session& session);
void add_serve(CLI::App& app, Session& session);

}  // namespace glia::cli
