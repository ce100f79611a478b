// SPDX-License-Identifier: MIT
#include "sweep/failure_records.hpp"

#include "core/files.hpp"
#include "core/shell_words.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

namespace glia::sweep {

std::string FailureRecords::command_to_repeat(const Plan& plan, std::size_t trial) const {
  auto words = words_;
  for (auto& word : plan.overrides(plan.trials[trial])) words.push_back(std::move(word));
  return fmt::format("cd {} && {}", shell_words({cwd_}), shell_words(words));
}

void FailureRecords::write(const Plan& plan, const Outcome& outcome) const {
  const auto& trial = plan.trials[outcome.trial];
  std::string text = fmt::format("trial    {}\nseed     {}\n", outcome.trial, trial.seed);
  for (const auto& setting : plan.overrides(trial)) text += fmt::format("setting  {}\n", setting);
  text += fmt::format("error    {}\n", outcome.error);
  if (!outcome.signal.empty()) text += fmt::format("signal   {}\n", outcome.signal);
  text += fmt::format("attempts {}\nmemory   {} at most\nrepeat   {}\n", outcome.attempt,
                      bytes_text(outcome.peak_memory), outcome.command);
  if (!outcome.log.empty()) text += "\nlast lines of its log:\n" + outcome.log;
  std::filesystem::create_directories(folder_);
  write_file(folder_ / fmt::format("{}.txt", outcome.trial), text);
}

}  // namespace glia::sweep
