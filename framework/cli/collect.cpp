// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/sweep_session.hpp"
#include "core/output.hpp"
#include "sweep/kept_trials.hpp"
#include "sweep/launcher.hpp"
#include "sweep/results_files.hpp"

#include <cstdio>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

int collect(const std::string& name) {
  auto folder = sweep::Folder::open(sweep::find_sweep(name));
  const auto launcher = sweep::make_launcher(folder.origin().launcher);
  if (!launcher->is_detached()) {
    throw Error(ErrorCode::usage, folder.path().string() + " does not run on a cluster",
                "its results are in place: " + (folder.path() / "results.csv").string());
  }
  HeldFolder held(folder);
  const std::size_t count = launcher->collect(held);
  folder.write_results(false);
  sweep::KeptTrials(folder.path(), folder.store()).tidy();
  std::string line;
  for (const auto& [status, trials] : folder.store().counts()) {
    line += (line.empty() ? "" : ", ") + std::to_string(trials) + ' ' + sweep::status_name(status);
  }
  print("%zu new results; %zu trials: %s\nresults: %s\n", count, folder.plan().trials.size(),
        line.c_str(), (folder.path() / "results.csv").c_str());
  const auto status = sweep::sweep_status(folder.store(), false);
  if (status == "interrupted") {
    const auto watched = launcher->watch(folder.path());
    if (watched.trouble) throw Error(*watched.trouble);
    if (watched.tasks.empty()) {
      print("no task is left; submit the pending trials again with: glia resume %s\n",
            folder.path().c_str());
    }
  }
  return status == "failed" ? some_trials_failed : ok;
}

}  // namespace

void add_collect(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("collect", "Fetch the results of a sweep that runs on a cluster");
  auto folder = std::make_shared<std::string>();
  command->add_option("SWEEP", *folder, "Folder of the sweep, or its name under runs/")->required();
  command->callback([folder, &session] { session.action = [folder] { return collect(*folder); }; });
}

}  // namespace glia::cli
