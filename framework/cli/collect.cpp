// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/slurm_session.hpp"
#include "sweep/results_files.hpp"
#include "sweep/slurm.hpp"
#include "sweep/task.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace glia::cli {

int submit_sweep(sweep::Folder& folder, const config::SlurmSpec& slurm) {
  const auto round = sweep::submit(folder, slurm);
  const std::string path = folder.path().string();
  if (round.jobs.empty()) {
    std::printf("nothing is pending in %s\n", path.c_str());
    return ok;
  }
  std::string ids;
  for (const auto& job : round.jobs) ids += (ids.empty() ? "" : ", ") + job;
  std::printf("submitted %zu shared stages and %zu tasks of trials as Slurm jobs %s\n",
              round.shared.size(), round.slices.size(), ids.c_str());
  std::printf("look with: glia status %s; fetch results with: glia collect %s\n", path.c_str(),
              path.c_str());
  return ok;
}

std::size_t collect_results(sweep::Folder& folder) {
  std::size_t count = 0;
  std::vector<std::size_t> trials;
  for (const auto& outcome : sweep::uncollected(folder.path())) {
    if (folder.store().adopt(outcome)) ++count;
    trials.push_back(outcome.trial);
  }
  folder.store().commit();  // before anything is removed
  std::error_code ignored;
  for (const std::size_t trial : trials) {
    std::filesystem::remove(sweep::result_file(folder.path(), trial), ignored);
  }
  folder.write_results(false);
  return count;
}

namespace {

int collect(const std::string& name) {
  auto folder = sweep::Folder::open(sweep::find_sweep(name));
  if (folder.origin().launcher != "slurm") {
    throw Error(ErrorCode::usage, folder.path().string() + " does not run on a cluster",
                "its results are in place: " + (folder.path() / "results.csv").string());
  }
  const std::size_t count = collect_results(folder);
  std::string line;
  for (const auto& [status, trials] : folder.store().counts()) {
    line += (line.empty() ? "" : ", ") + std::to_string(trials) + ' ' + sweep::status_name(status);
  }
  std::printf("%zu new results; %zu trials: %s\nresults: %s\n", count, folder.plan().trials.size(),
              line.c_str(), (folder.path() / "results.csv").c_str());
  const auto status = sweep::sweep_status(folder.store(), false);
  if (status == "interrupted" && sweep::queue_states(sweep::latest_round(folder.path())).empty()) {
    std::printf("no task is left; submit the pending trials again with: glia resume %s\n",
                folder.path().c_str());
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
