// SPDX-License-Identifier: MIT
#pragma once

#include "core/registry.hpp"
#include "sweep/outcome.hpp"
#include "sweep/plan.hpp"

#include <glia/sdk/error.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

struct Origin;

/// A sweep whose folder this process holds, as a launcher sees it. [one thread]
class HeldSweep {
 public:
  virtual ~HeldSweep() = default;

  virtual const std::filesystem::path& folder() const = 0;
  virtual const Origin& origin() const = 0;
  virtual const Plan& plan() const = 0;
  /// The plan as `parse_plan` takes it, of a sweep that learns with the trials that there are yet.
  virtual std::string trials_text() const = 0;
  /// Of the launcher: the fields that it declares, from [sweep.NAME].
  virtual const ValueMap& settings() const = 0;
  virtual std::vector<std::size_t> pending() const = 0;  ///< trials, ascending
  /// Whether the result of a shared stage is in the cache.
  virtual bool is_cached(const SharedStage& stage) const = 0;
  /// Takes over a result that was computed elsewhere; false if the trial has one.
  virtual bool adopt(const Outcome& outcome) = 0;
  /// Makes what was adopted lasting.
  virtual void commit() = 0;
  /// Of a sweep that learns: adds the trials that follow from what has ended, and makes them and
  /// the results lasting. Of another: nothing.
  virtual void grow() = 0;
  /// A line for whoever waits.
  virtual void tell(const std::string& line) = 0;
  /// Runs the pending trials in this process, to their end or a stop. Returns the exit code.
  virtual int run_here() = 0;
  /// All trials have ended: tells how it went. Returns the exit code.
  virtual int end() = 0;
};

struct Submitted {
  int exit_code = 0;
  std::string told;  ///< for whoever submitted: lines for stdout
};

/// What can be told of a sweep from outside, beside its store.
struct Watched {
  std::map<std::string, std::size_t> tasks;  ///< how many are in which state, while any is left
  std::vector<Outcome> results;              ///< that nobody has collected
  std::optional<Error> trouble;              ///< why the tasks are not known
};

/// Where the trials of a sweep run. One source file in launchers/ each. [one thread]
class Launcher {
 public:
  virtual ~Launcher() = default;

  /// What messages call the place: "Slurm".
  virtual std::string place() const = 0;
  /// Whether trials go on when `submit` has returned, so that results must be collected.
  virtual bool is_detached() const = 0;

  /// Runs what is pending, or sends it off; of a sweep that learns all that follows, too. Error
  /// (usage) if the place refuses, (interrupted) on a stop.
  virtual Submitted submit(HeldSweep& sweep) const = 0;
  /// Whether anything was ever sent off from that folder.
  virtual bool has_begun(const std::filesystem::path& folder) const = 0;
  /// Looks at a sweep without changing it.
  virtual Watched watch(const std::filesystem::path& folder) const = 0;
  /// Lets its trials write checkpoints and end. Returns what to say.
  virtual std::string stop(const std::filesystem::path& folder) const = 0;
  /// Takes over what trials have left. Returns how many results counted.
  virtual std::size_t collect(HeldSweep& sweep) const = 0;
};

/// How a launcher is declared.
struct LauncherEntry : Declared {
  static constexpr const char* kind = "launcher";
  std::function<std::unique_ptr<Launcher>()> make;
};

/// The launcher of this name. Error (usage) with those that there are.
std::unique_ptr<Launcher> make_launcher(const std::string& name);

}  // namespace glia::sweep

namespace glia {
template <>
Registry<sweep::LauncherEntry>& Registry<sweep::LauncherEntry>::all();
}  // namespace glia
