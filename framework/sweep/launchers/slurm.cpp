// SPDX-License-Identifier: MIT
#include "sweep/slurm.hpp"

#include "core/shell_words.hpp"
#include "sweep/launcher.hpp"
#include "sweep/slurm_rounds.hpp"
#include "sweep/task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

namespace glia::sweep::launchers::slurm {
namespace {

/// Trials run as tasks of job arrays, cut beforehand into slices; results come as files. Those of a
/// sweep that learns come round by round, and this process waits.
class Slurm final : public Launcher {
 public:
  std::string place() const override { return "Slurm"; }
  bool is_detached() const override { return true; }

  Submitted submit(HeldSweep& sweep) const override {
    const auto settings = slurm_schema.parse(sweep.settings());
    if (sweep.plan().objective) {
      run_rounds(sweep, settings, [&] { collect(sweep); });
      return {sweep.end(), ""};
    }
    const auto round = sweep::submit(sweep, settings);
    const std::string path = sweep.folder().string();
    if (round.jobs.empty()) return {0, fmt::format("nothing is pending in {}\n", path)};
    return {0, fmt::format("submitted {} shared stages and {} tasks of trials as Slurm jobs {}\n"
                           "look with: glia status {}; fetch results with: glia collect {}\n",
                           round.shared.size(), round.slices.size(), fmt::join(round.jobs, ", "),
                           path, path)};
  }

  bool has_begun(const std::filesystem::path& folder) const override {
    return std::filesystem::exists(Round{}.folder(folder));
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
    const auto round = latest_round(folder);
    mark_stopped(folder, round);  // whoever waits for it is not to submit another one
    cancel(round);
    return fmt::format("cancelled; go on with: glia resume {}\n", path_word(folder));
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
}  // namespace glia::sweep::launchers::slurm
