// SPDX-License-Identifier: MIT
#include "core/files.hpp"
#include "core/process.hpp"
#include "core/sealed_json.hpp"
#include "core/text_file.hpp"
#include "sweep/slurm.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <sstream>
#include <system_error>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

/// Slurm forgets jobs that have ended.
bool forgotten(const std::string& answer) {
  return answer.find("Invalid job id") != std::string::npos;
}

}  // namespace

fs::path Round::folder(const fs::path& sweep) const {
  return sweep / "slurm" / ("round-" + std::to_string(number));
}

Round read_round(const fs::path& sweep, int number) {
  Round round;
  round.number = number;
  const fs::path file = round.folder(sweep) / "round.json";
  const auto j = parse_perhaps_sealed(read_text_file(file), file.string());
  round.shared = j.at("shared").get<std::vector<std::size_t>>();
  round.slices = j.at("slices").get<std::vector<std::vector<std::size_t>>>();
  round.jobs = j.at("jobs").get<std::vector<std::string>>();
  return round;
}

fs::path plan_file(const fs::path& sweep, const Round& round) {
  return round.folder(sweep) / "plan.json";
}

Round latest_round(const fs::path& sweep) {
  Round next;
  std::error_code ignored;
  while (fs::exists(next.folder(sweep) / "round.json", ignored)) ++next.number;
  if (next.number == 1) {
    throw Error(ErrorCode::usage, sweep.string() + " was never submitted to Slurm");
  }
  return read_round(sweep, next.number - 1);
}

std::map<std::string, std::size_t> queue_states(const Round& round) {
  std::map<std::string, std::size_t> states;
  for (const auto& job : round.jobs) {
    const Ended ended =
        run_program({"squeue", "-h", "-r", "-j", job, "-o", "%T"}, {}, slurm_answer_limit);
    if (!ended.found || ended.timed_out) throw Error(ErrorCode::io, "squeue does not answer");
    if (ended.status != 0) {
      if (forgotten(ended.output)) continue;
      throw Error(ErrorCode::io, "squeue: " + ended.output);
    }
    std::istringstream lines(ended.output);
    for (std::string state; std::getline(lines, state);) {
      if (!state.empty()) ++states[state];
    }
  }
  return states;
}

void cancel(const Round& round) {
  std::string trouble;
  for (const auto& job : round.jobs) {
    const Ended ended = run_program({"scancel", job}, {}, slurm_answer_limit);
    if (!ended.found) trouble = "there is no program 'scancel'";
    if (ended.status == 0 || forgotten(ended.output)) continue;
    trouble = fmt::format("scancel could not cancel job {}: {}", job,
                          ended.timed_out ? "no answer within 30 s" : ended.output);
  }
  if (!trouble.empty()) throw Error(ErrorCode::io, trouble, "try again when Slurm answers");
}

}  // namespace glia::sweep
