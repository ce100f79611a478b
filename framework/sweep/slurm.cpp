// SPDX-License-Identifier: MIT
#include "sweep/slurm.hpp"

#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/process.hpp"
#include "core/sealed_json.hpp"
#include "core/shell_words.hpp"
#include "core/variable.hpp"
#include "sweep/folder.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <system_error>
#include <utility>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::size_t trials_per_task = 10, most_tasks = 100;

std::string run(const std::vector<std::string>& words, const std::string& purpose) {
  const Ended ended = run_program(words, {}, slurm_answer_limit);
  if (!ended.found) {
    throw Error(ErrorCode::usage, fmt::format("there is no program '{}'", words[0]),
                "run on a machine where Slurm is installed, or leave out --launcher slurm");
  }
  if (ended.timed_out) throw Error(ErrorCode::io, words[0] + " did not answer within 30 s");
  if (ended.status != 0) {
    throw Error(ErrorCode::usage,
                fmt::format("{} could not {}: {}", words[0], purpose, ended.output));
  }
  return ended.output;
}

/// This program as a task is to start it.
std::string program() {
  if (const std::string named = value_of(variables::program); !named.empty()) return named;
  return fs::read_symlink("/proc/self/exe").string();
}

std::vector<std::vector<std::size_t>> cut(const std::vector<std::size_t>& trials,
                                          std::int64_t wanted) {
  std::size_t tasks =
      wanted > 0 ? static_cast<std::size_t>(wanted)
                 : std::min(most_tasks, (trials.size() + trials_per_task - 1) / trials_per_task);
  tasks = std::clamp<std::size_t>(tasks, 1, std::max<std::size_t>(trials.size(), 1));
  std::vector<std::vector<std::size_t>> slices(tasks);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    slices[i * tasks / trials.size()].push_back(trials[i]);
  }
  return slices;
}

class Submission {
 public:
  Submission(const HeldSweep& sweep, const SlurmSettings& slurm, const Round& round)
      : sweep_(fs::absolute(sweep.folder())),
        cwd_(sweep.origin().cwd),
        slurm_(slurm),
        round_(round) {}

  /// Returns the id of the job.
  std::string send(const std::string& kind, std::size_t tasks, const std::string& after) {
    const fs::path place = round_.folder(sweep_), script = place / (kind + ".sh");
    write_file(script, fmt::format("#!/bin/sh\n# The task itself is the batch process: signals "
                                   "reach it.\nexec {} \"$SLURM_ARRAY_TASK_ID\"\n",
                                   shell_words({program(), "task", sweep_.string(), "--round",
                                                std::to_string(round_.number), "--" + kind})));
    std::vector<std::string> words{
        "sbatch",
        "--parsable",
        "--requeue",
        fmt::format("--job-name={}-{}", sweep_.filename().string(), kind),
        "--array=0-" + std::to_string(tasks - 1),
        "--ntasks=1",
        "--cpus-per-task=" + std::to_string(kind == "slice" ? slurm_.cpus : 1),
        "--chdir=" + cwd_,
        "--output=" + (place / (kind + "-%a.log")).string(),
        "--open-mode=append",
        "--signal=B:USR1@" + std::to_string(slurm_.warning)};
    const auto option = [&](const char* name, const std::string& value) {
      if (!value.empty()) words.push_back(std::string("--") + name + '=' + value);
    };
    option("partition", slurm_.partition);
    option("time", slurm_.time);
    option("mem", slurm_.memory);
    option("account", slurm_.account);
    // afterany: a trial whose shared stage is missing computes it, and says what is wrong.
    option("dependency", after.empty() ? "" : "afterany:" + after);
    words.insert(words.end(), slurm_.options.begin(), slurm_.options.end());
    words.push_back(script.string());
    const std::string answer = run(words, "submit the sweep");
    std::string id;
    std::istringstream lines(answer);  // warnings may come before it
    for (std::string line; std::getline(lines, line);) {
      const auto digits = line.find_first_not_of("0123456789");
      if (!line.empty() && (digits == std::string::npos || line[digits] == ';') && digits != 0) {
        id = line.substr(0, digits);
      }
    }
    if (id.empty()) throw Error(ErrorCode::io, "sbatch gave no job number: " + answer);
    return id;
  }

 private:
  const fs::path sweep_;
  const std::string cwd_;
  const SlurmSettings& slurm_;
  const Round& round_;
};

std::string text_of(const Round& round) {
  return json_text(sealed({{"round", round.number},
                           {"shared", round.shared},
                           {"slices", round.slices},
                           {"jobs", round.jobs}})) +
         '\n';
}

}  // namespace

Round submit(const HeldSweep& sweep, const SlurmSettings& slurm) {
  const auto trials = sweep.pending();
  const auto& plan = sweep.plan();
  Round round;
  std::error_code ignored;
  while (fs::exists(round.folder(sweep.folder()), ignored)) ++round.number;
  if (trials.empty()) return round;
  round.slices = cut(trials, slurm.tasks);
  std::vector<std::size_t> users(plan.shared.size(), 0);
  for (const std::size_t trial : trials) {
    for (const std::size_t stage : plan.trials[trial].stages) ++users[stage];
  }
  for (std::size_t s = 0; s < users.size(); ++s) {
    if (users[s] > 1 && !sweep.is_cached(plan.shared[s])) round.shared.push_back(s);
  }
  const auto place = round.folder(sweep.folder());
  fs::create_directories(place / "leases");
  fs::create_directories(sweep.folder() / "slurm" / "results");
  if (plan.objective) {  // its trials are in the store alone, which is not for tasks
    write_file(plan_file(sweep.folder(), round), sweep.trials_text());
  }
  write_file(place / "round.json", text_of(round));  // tasks may start before the last is submitted
  Submission submission(sweep, slurm, round);
  std::string after;
  try {
    if (!round.shared.empty()) {
      after = submission.send("share", round.shared.size(), "");
      round.jobs.push_back(after);
    }
    round.jobs.push_back(submission.send("slice", round.slices.size(), after));
  } catch (...) {
    if (!round.jobs.empty()) cancel(round);
    fs::remove_all(place, ignored);
    throw;
  }
  write_file(place / "round.json", text_of(round));
  return round;
}

}  // namespace glia::sweep
