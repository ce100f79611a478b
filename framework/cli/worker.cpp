// SPDX-License-Identifier: MIT
#include "sweep/worker.hpp"

#include "cli/command.hpp"
#include "core/nursery.hpp"

#include <memory>

namespace glia::cli {

void add_worker(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("worker", "Run trials for a sweep that talks through pipes");
  command->group("");  // started by glia itself
  auto copies = std::make_shared<bool>(false);
  command->add_flag("--copies", *copies, "Be a nursery, and each of its copies a worker");
  command->callback([copies, &session] {
    session.action = [copies] {
      if (*copies) make_copies();
      return sweep::run_worker();
    };
  });
}

}  // namespace glia::cli
