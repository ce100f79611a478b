// SPDX-License-Identifier: MIT
// What a sweep that learns keeps of its trials. Apart from the rest: `glia status` does without.
#include "config/document.hpp"
#include "sweep/axis_table.hpp"
#include "sweep/store.hpp"
#include "sweep/store_handle.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace glia::sweep {
namespace {

std::map<std::string, std::string> settings_of(const Plan& plan, const Trial& trial) {
  std::map<std::string, std::string> all;
  for (std::size_t a = 0; a < plan.axes.size(); ++a) {
    if (trial.values[a] == Trial::unset) continue;
    all[plan.axes[a].path] = plan.axes[a].texts[static_cast<std::size_t>(trial.values[a])];
  }
  return all;
}

}  // namespace

void Store::complete(Plan& plan) const {
  if (!plan.objective) return;
  check_tables({"axes", "settings", "trials"});
  guarded([&] {
    AxisTable table(plan.axes);
    SQLite::Statement trials(handle_->db,
                             "SELECT trial, seed FROM trials WHERE trial >= ? ORDER BY trial");
    trials.bind(1, static_cast<std::int64_t>(plan.trials.size()));
    SQLite::Statement settings(handle_->db,
                               "SELECT path, value FROM settings WHERE trial = ? ORDER BY path");
    while (trials.executeStep()) {
      Trial trial{plan.trials.size(),
                  static_cast<std::uint64_t>(trials.getColumn(1).getInt64()),
                  Point(table.axes().size(), Trial::unset),
                  {}};
      settings.reset();
      settings.bind(1, static_cast<std::int64_t>(trial.number));
      while (settings.executeStep()) {
        const auto item =
            config::parse_value(settings.getColumn(1).getString(), {handle_->file, 0, 0});
        const auto axis = table.find(settings.getColumn(0).getString());
        if (trials.getColumn(0).getInt64() != static_cast<std::int64_t>(trial.number) || !item ||
            !axis) {
          throw Error(ErrorCode::data,
                      fmt::format("{} and plan.json are not of the same sweep: trials differ",
                                  handle_->file),
                      store_remedy);
        }
        trial.values[*axis] = table.value(*axis, *item);
      }
      plan.trials.push_back(std::move(trial));
    }
    plan.axes = table.axes();
  });
}

void Store::require(const Plan& plan) const {
  guarded([&] {
    SQLite::Statement trials(handle_->db, "SELECT trial, seed FROM trials ORDER BY trial");
    SQLite::Statement settings(handle_->db,
                               "SELECT trial, path, value FROM settings ORDER BY trial, path");
    bool more = settings.executeStep();
    while (trials.executeStep()) {
      const std::int64_t number = trials.getColumn(0).getInt64();
      std::map<std::string, std::string> stored;
      for (; more && settings.getColumn(0).getInt64() == number; more = settings.executeStep()) {
        stored[settings.getColumn(1).getString()] = settings.getColumn(2).getString();
      }
      const bool known = number >= 0 && number < static_cast<std::int64_t>(plan.trials.size());
      const Trial* trial = known ? &plan.trials[static_cast<std::size_t>(number)] : nullptr;
      if (trial && stored == settings_of(plan, *trial) &&
          trials.getColumn(1).getInt64() == static_cast<std::int64_t>(trial->seed)) {
        continue;
      }
      throw Error(ErrorCode::data,
                  fmt::format("{} and plan.json are not of the same sweep: trial {} {}",
                              handle_->file, number, trial ? "differs" : "is in the store alone"),
                  store_remedy);
    }
  });
}

std::vector<std::optional<std::optional<double>>> Store::objectives() const {
  return guarded([&] {
    std::vector<std::optional<std::optional<double>>> all;
    auto& rows = handle_->prepared("SELECT status, objective FROM trials ORDER BY trial");
    while (rows.executeStep()) {
      auto& entry = all.emplace_back();
      const Status status = status_of(rows.getColumn(0).getString());
      if (status != Status::ok && status != Status::failed && status != Status::pruned) continue;
      // One that was stopped early for being weak, or has failed, is as bad as any.
      const bool known = status == Status::ok && !rows.getColumn(1).isNull();
      entry.emplace(known ? std::optional(rows.getColumn(1).getDouble()) : std::nullopt);
    }
    return all;
  });
}

std::optional<std::pair<std::size_t, double>> Store::best(bool minimize) const {
  return guarded([&]() -> std::optional<std::pair<std::size_t, double>> {
    auto& row = handle_->prepared(
        std::string("SELECT trial, objective FROM trials WHERE status = 'ok' AND objective IS NOT "
                    "NULL ORDER BY objective ") +
        (minimize ? "ASC" : "DESC") + ", trial LIMIT 1");
    if (!row.executeStep()) return std::nullopt;
    const std::pair found(static_cast<std::size_t>(row.getColumn(0).getInt64()),
                          row.getColumn(1).getDouble());
    row.reset();
    return found;
  });
}

}  // namespace glia::sweep
