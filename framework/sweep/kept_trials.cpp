// SPDX-License-Identifier: MIT
#include "sweep/kept_trials.hpp"

#include "core/json_text.hpp"
#include "core/log.hpp"
#include "sweep/objective.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace glia::sweep {
namespace {

constexpr const char* entry = "keep";  // of the store's table `info`

}  // namespace

void KeptTrials::note(const Plan& plan, const config::KeepBest& keep, Store& store) {
  Objective objective = objective_for(plan, keep.objective);
  // What the only head is for, its first trial says.
  if (keep.objective.empty() && !plan.judge()) objective.metric.clear();
  store.set_info(entry, json_text(nlohmann::json{{"best", keep.best},
                                                 {"head", objective.head},
                                                 {"metric", objective.metric},
                                                 {"minimize", objective.minimize}}));
}

KeptTrials::KeptTrials(std::filesystem::path folder, const Store& store)
    : folder_(std::move(folder)) {
  const std::string text = store.info(entry);
  if (text.empty()) return;
  try {
    const auto json = read_json(text);
    keep_ = Keep{json.at("best").get<std::size_t>(),
                 {json.at("head").get<std::string>(), json.at("metric").get<std::string>(),
                  json.at("minimize").get<bool>()}};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::data, "the sweep's store is damaged: what it keeps is no JSON");
  }
  store.each([&](const Row& row) {
    Outcome outcome;
    outcome.trial = row.trial;
    outcome.status = row.status;
    outcome.heads = row.heads;
    add(outcome);
  });
  changed_ = true;  // somebody may have been cut off
}

void KeptTrials::add(const Outcome& outcome) {
  if (!keep_ || outcome.status != Status::ok) return;
  try {
    const auto head = outcome.heads.find(keep_->objective.head);
    if (keep_->objective.metric.empty() && head != outcome.heads.end()) {
      keep_->objective = own_objective(head->first, head->second.json);
    }
    values_[outcome.trial] = objective_of(keep_->objective, outcome);
  } catch (const Error& e) {  // a head says only when it has been tested what it measures
    if (!std::exchange(warned_, true)) log().warn("no trial is kept: {}", e.message());
  }
  there_.insert(outcome.trial);
  changed_ = true;
}

void KeptTrials::tidy() {
  if (!changed_) return;
  changed_ = false;
  using Judged = std::pair<double, std::size_t>;
  std::vector<Judged> judged;  // the least is the best; of equal ones, the first trial
  for (const auto& [trial, value] : values_) {
    if (value) judged.emplace_back(keep_->objective.minimize ? *value : -*value, trial);
  }
  const auto count = std::min(keep_->best, judged.size());
  std::partial_sort(judged.begin(), judged.begin() + static_cast<std::ptrdiff_t>(count),
                    judged.end());
  std::set<std::size_t> best;
  for (std::size_t i = 0; i < count; ++i) best.insert(judged[i].second);
  std::erase_if(there_, [&](std::size_t trial) {
    if (best.contains(trial)) return false;
    const auto folder = folder_ / "trials" / std::to_string(trial);
    std::error_code ignored;
    std::filesystem::remove(folder / "resolved.toml", ignored);  // half a folder is no run
    std::filesystem::remove_all(folder, ignored);
    return true;
  });
}

}  // namespace glia::sweep
