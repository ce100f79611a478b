// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"
#include "sweep/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::sweep {

struct SealedTable;

/// What is kept of a trial.
struct Row {
  std::size_t trial = 0;
  std::uint64_t seed = 0;
  Status status = Status::pending;
  int attempts = 0;
  double seconds = 0;
  std::string error;
  std::map<std::string, HeadOutcome> heads;
};

/// What earlier attempts at a trial came to.
struct Past {
  int attempts = 0;
  int crashes = 0;  ///< that count against its retries
};

/// One time that a trial was handed out.
struct Attempt {
  std::size_t trial = 0;
  int attempt = 1;  ///< from 1
  std::string host;
  std::int64_t pid = 0;
  std::int64_t started = 0;  ///< seconds since 1970
  std::string error, log;    ///< why it failed, and the last lines that its worker wrote
  std::string command;       ///< that repeats it, where it failed
};

/// sweep.sqlite: what is known of every trial. One process writes, any number may read.
///
/// Tables (schema 5): `info` (name, value; `rows` says how many rows each table has), `axes` (axis, path), `trials` (one row each; of a sweep
/// that learns with the `objective`),
/// `settings` (trial, path, value as TOML), `heads` (trial, head, numbers, curve), `attempts` (one
/// row for every time a trial was handed out: when, where, how it ended), `rungs` (early stopping).
/// Every row carries the `sha256` of its values: what is not as it was written, or is gone, is told
/// and not used.
class Store {
 public:
  enum class Mode { create, write, read };

  /// Error (io) if it cannot be opened, (data) if it is of a newer schema, or if it is to be written
  /// and any row of it is damaged. One of an older schema, which carries no digests, is read as it
  /// is, and brought up to date when it is written.
  Store(const std::filesystem::path& file, Mode mode);
  ~Store();
  Store(Store&&) noexcept;

  /// Adds the trials of the plan that are not there yet, as pending.
  void add(const Plan& plan);
  /// Adds to the plan the trials that it lacks: those of a sweep that learns are only here.
  void complete(Plan& plan) const;
  /// Error (data) if what lies beside the store is of another sweep (core/study_mark.hpp).
  void require_place() const;
  /// Error (data) if a trial of the store has another seed or other settings than in the plan.
  void require(const Plan& plan) const;

  void set_info(const std::string& name, const std::string& value);
  std::string info(const std::string& name) const;

  /// A trial is handed out: the next lease is its.
  std::int64_t begin(std::size_t trial, std::int64_t pid, const std::string& host);
  /// Its end. False, and nothing is changed, if the lease is not the trial's latest or the trial
  /// has ended already. `objective` is what a sweep that learns looks for.
  bool finish(const Outcome& outcome, std::optional<double> objective = std::nullopt);
  /// The same for an attempt that is to be repeated: the trial is pending again.
  bool finish_attempt(const Outcome& outcome);
  /// A result that was computed elsewhere: counts unless the trial has one.
  bool adopt(const Outcome& outcome, std::optional<double> objective = std::nullopt);

  /// Makes every trial of these statuses pending; returns how many were.
  std::size_t reset(const std::vector<Status>& from);
  /// Attempts that were under way when their host was cut off have ended.
  void end_attempts();
  /// Crashes up to now no longer count against the retries.
  void forgive();

  std::map<Status, std::size_t> counts() const;
  /// Error (data) if what counts are told from (trials with the digests of their heads, facts about
  /// the sweep) is not what was written. What heads hold is not looked at: `check_told` does that.
  void check_counted() const;
  /// Error (data) if what results and counts are told from (trials, their heads, facts about the
  /// sweep) is not what was written; `each` asks that too. Settings, attempts and rungs are not
  /// looked at: whoever goes on with the sweep does that.
  void check_told() const;
  /// Trials in all, with those of a sweep that learns that are not there yet.
  std::size_t size() const;
  std::vector<std::size_t> trials(Status status) const;  ///< numbers, ascending
  int attempts(std::size_t trial) const;
  /// Of every trial that was ever handed out.
  std::map<std::size_t, Past> past() const;
  /// Every trial in order, with its heads. Error (data) if one is not what was written.
  void each(const std::function<void(const Row&)>& use) const;

  /// Of a sweep that learns, per trial in order: nothing while it has not ended, and then its
  /// objective, if it has one.
  std::vector<std::optional<std::optional<double>>> objectives() const;
  /// The trial with the best objective among those that went well.
  std::optional<std::pair<std::size_t, double>> best(bool minimize) const;

  /// The latest attempts that stand so, newest first, at most so many.
  std::vector<Attempt> latest_attempts(Status status, std::size_t most) const;
  /// When the latest attempts ended, newest first, in seconds since 1970; at most so many.
  std::vector<double> latest_ends(std::size_t most) const;

  /// How many trials went well, and the seconds of all of them together.
  std::pair<std::size_t, double> seconds_of_ok() const;

  void add_rung(std::size_t trial, std::int64_t epoch, double accuracy);
  /// Whether the trial goes on from this rung, once that has been said of this very accuracy.
  void set_answer(std::size_t trial, std::int64_t epoch, bool goes_on);
  std::optional<bool> answer(std::size_t trial, std::int64_t epoch, double accuracy) const;
  /// Accuracies of all trials that have been at this rung, by trial.
  std::map<std::size_t, double> rung(std::int64_t epoch) const;

  /// Between the two, changes are gathered; `commit` makes them lasting. [no effect if none]
  void commit();

 private:
  struct Handle;
  /// SQLite's errors as ours.
  template <class Use>
  auto guarded(Use use) const;
  /// Before anything is built upon it: pages, indices and every row.
  void check_whole() const;
  /// The same of these tables alone, where this object is not the only one that writes.
  void check_tables(std::initializer_list<std::string_view> names) const;
  void check_rows_of(const std::vector<SealedTable>& tables) const;
  void bring_up_to_date();
  Handle& writing();
  void note_attempt(const Outcome& outcome);
  void write_end(const Outcome& outcome);

  std::unique_ptr<Handle> handle_;
};

}  // namespace glia::sweep
