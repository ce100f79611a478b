// SPDX-License-Identifier: MIT
#include "sweep/worker.hpp"

#include "cli/command.hpp"

namespace glia::cli {

void add_worker(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("worker", "Run trials for a sweep that talks through pipes");
  command->group("");  // started by glia itself
  command->callback([&session] { session.action = [] { return sweep::run_worker(); }; });
}

}  // namespace glia::cli
