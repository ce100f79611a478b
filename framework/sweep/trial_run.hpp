// SPDX-License-Identifier: MIT
#pragma once

#include "config/template.hpp"
#include "sweep/protocol.hpp"
#include "train/run.hpp"
#include "train/stage_cache.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace glia::sweep {

/// Runs jobs in this process. What trials have in common (plugins, latents) is kept between them.
class TrialRunner {
 public:
  /// `say` is given what the host wants to know on the way; `ask` whether a trial may go on.
  TrialRunner(Greeting greeting, const Catalog& catalog, std::function<void(const Report&)> say,
              std::function<bool(const Report&)> ask);

  /// Does the job; never throws for what happens inside it. `spent` in the report says that this
  /// process should not be used again.
  Report run(const Job& job);

 private:
  void run_trial(const Job& job, Report& report);

  Greeting greeting_;
  config::PipelineTemplate source_;
  std::function<void(const Report&)> say_;
  std::function<bool(const Report&)> ask_;
  train::StageCache patient_, impatient_;  ///< waits for other processes, or does not
};

}  // namespace glia::sweep
