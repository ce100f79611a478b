// SPDX-License-Identifier: MIT
#include "sweep/slurm.hpp"

#include "sweep/launcher.hpp"
#include "sweep/task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

namespace glia::sweep {
namespace {

/// Trials run as tasks of job arrays, cut beforehand into slices; results come as files.
class Slurm final : public Launcher {
 public:
  std::string place() const override { return "Slurm"; }
  bool is_detached() const override { return true; }
  bool can_learn() const override { return false; }

  Submitted submit(HeldSweep& sweep) const override {
    const auto round = sweep::submit(sweep, slurm_schema.parse(sweep.settings()));
    const std::string path = sweep.folder().string();
    if (round.jobs.empty()) return {0, fmt::format("nothing is pending in {}\n", path)};
    return {0, fmt::format("submitted {} shared stages and {} tasks of trials as Slurm jobs {}\n"
                           "look with: glia status {}; fetch results with: glia collect {}\n",
                           round.shared.size(), round.slices.size(), fmt::join(round.jobs, ", "),
                           path, path)};
  }

  Watched watch(const std::filesystem::path& folder) const override {
    Watched watched;
    watched.results = uncollected(folder);
    try {
      watched.tasks = queue_states(latest_round(folder));
    } catch (const Error& e) {  // what tasks have left can be told all the same
      watched.trouble = e;
    }
    return watched;
  }

  std::string stop(const std::filesystem::path& folder) const override {
    cancel(latest_round(folder));
    return fmt::format("cancelled; go on with: glia resume {}\n", folder.string());
  }

  std::size_t collect(HeldSweep& sweep) const override {
    std::size_t count = 0;
    std::vector<std::size_t> trials;
    for (const auto& outcome : uncollected(sweep.folder())) {
      if (sweep.adopt(outcome)) ++count;
      trials.push_back(outcome.trial);
    }
    sweep.commit();  // before anything is removed
    std::error_code ignored;
    for (const std::size_t trial : trials) {
      std::filesystem::remove(result_file(sweep.folder(), trial), ignored);
    }
    return count;
  }
};

const Registered<LauncherEntry> registered({{.name = "slurm",
                                             .doc = "Job arrays on a Slurm cluster: submit and "
                                                    "leave; collect when they have run.",
                                             .fields = slurm_schema.fields()},
                                            [] { return std::make_unique<Slurm>(); }});

}  // namespace
}  // namespace glia::sweep
