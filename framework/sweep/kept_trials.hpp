// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/store.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

namespace glia::sweep {

/// The folders of a sweep's best trials, trials/N, each that of a run: the
/// others are removed. Does nothing for a sweep that keeps none. [one thread:
/// whoever writes the store]
class KeptTrials {
 public:
  /// Writes into the store of a new sweep what it is to keep.
  static void note(const Plan& plan, const config::KeepBest& keep, Store& store);

  /// Of a sweep's folder, with the trials that went well up to now.
  KeptTrials(std::filesystem::path folder, const Store& store);

  /// A trial has ended. One that went well and does not report what is gone by is not kept; the
  /// first such is warned of.
  void add(const Outcome& outcome);

  /// Removes the folders of all trials that went well and are not among the best. Call it once the
  /// store is lasting: a trial whose result may yet be lost is needed. Whoever is cut off in between
  /// leaves folders too many, which the next one removes.
  void tidy();

 private:
  struct Keep {
    std::size_t best;
    Objective objective;
  };

  std::filesystem::path folder_;
  std::optional<Keep> keep_;
  bool warned_ = false;  ///< that a head does not report what is kept by
  std::map<std::size_t, std::optional<double>> values_;  // of all trials that went well
  std::set<std::size_t> there_;                          // those whose folders are not removed
  bool changed_ = false;
};

}  // namespace glia::sweep
