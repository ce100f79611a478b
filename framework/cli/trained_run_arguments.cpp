// SPDX-License-Identifier: MIT
#include "cli/trained_run_arguments.hpp"

#include "core/interrupt.hpp"
#include "plugin/registry.hpp"
#include "results/run_origin.hpp"

#include <filesystem>
#include <system_error>
#include <vector>

namespace glia::cli {

void TrainedRunArguments::add_to(CLI::App& command) {
  command.add_option("RUN", run, "Folder of a run, or its name under runs/")->required();
  command
      .add_option("--threads", threads,
                  "Threads; the numbers do not depend on it (default: one per core)")
      ->check(CLI::Range(1, 1024));
}

const Catalog& TrainedRunArguments::plugins(const std::filesystem::path& folder,
                                            const Session& session) const {
  std::vector<std::string> path = session.plugin_path;
  for (const auto& before : results::read_run_origin(folder).plugin_path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(before, ignored)) path.push_back(before);
  }
  return plugin::load_plugins(path);
}

OpenedRun::OpenedRun(const TrainedRunArguments& arguments, const Session& session)
    : OpenedRun(arguments, session, apply::Chance::none, {}) {}

OpenedRun::OpenedRun(const TrainedRunArguments& arguments, const Session& session,
                     apply::Chance chance, const std::vector<std::string>& changes)
    : folder_(apply::find_run(arguments.run)),
      catalog_(arguments.plugins(folder_, session)),
      budget_(arguments.threads),
      chance_(chance) {
  reopen(changes);
}

void OpenedRun::reopen(const std::vector<std::string>& changes) {
  run_.reset();
  run_ =
      std::make_unique<apply::TrainedRun>(folder_, catalog_,
                                          apply::TrainedRun::Options{.changes = changes,
                                                                     .chance = chance_,
                                                                     .threads = budget_.threads(),
                                                                     .stop = stop_requested});
}

}  // namespace glia::cli
