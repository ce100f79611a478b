// SPDX-License-Identifier: MIT
#include "sweep/trial_run.hpp"

#include "config/item_text.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/interrupt.hpp"
#include "core/json_text.hpp"
#include "core/mapping_guard.hpp"
#include "core/study_mark.hpp"
#include "core/thrown.hpp"
#include "core/unfinished_files.hpp"
#include "graph/devices.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "results/files.hpp"
#include "results/head_json.hpp"
#include "results/own_results.hpp"
#include "results/run_origin.hpp"
#include "sweep/build_parts.hpp"
#include "train/epoch_file.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <utility>

namespace glia::sweep {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto say_interval = std::chrono::milliseconds(200);
/// Trials that take longer leave their curve while they run, for whoever looks at the sweep.
constexpr auto curve_after = std::chrono::milliseconds(1000);

/// Tells the host how a trial comes along, and asks it at the rungs of early stopping.
class HostProgress final : public train::Progress {
 public:
  HostProgress(const Job& job, const Greeting& greeting,
               const std::function<void(const Report&)>& say,
               const std::function<bool(const Report&)>& ask)
      : job_(job), greeting_(greeting), say_(say), ask_(ask) {}

  bool pruned() const { return pruned_; }

  void stage_begins(const std::string&) override {}
  void batch(const std::string&, std::int64_t, std::int64_t, std::uint64_t,
             std::uint64_t) override {}
  void stage_ends(const std::string&, double, bool) override {}

  void epoch(const train::EpochReport& report) override { tell(report, true); }

  /// A rung that was reached before counts as asked only once its answer is in the store.
  void resumes(const std::vector<train::EpochReport>& before) override {
    for (const auto& report : before) tell(report, false);
  }

 private:
  void tell(const train::EpochReport& report, bool is_new) {
    Report said;
    said.kind = Report::Kind::epoch;
    said.lease = job_.lease;
    said.stage = report.stage;
    said.epoch = report.epoch;
    said.epochs = report.epochs;
    // Whoever compares trials takes more for better.
    said.accuracy = (report.objective.higher_is_better ? 1 : -1) *
                    report.validation_accuracy.value_or(results::unknown);
    const auto& rungs = greeting_.rung_epochs;
    const bool rung = !report.head.empty() && report.head == greeting_.rung_head && !report.last &&
                      std::find(rungs.begin(), rungs.end(), report.epoch) != rungs.end();
    if (rung && job_.kind == Job::Kind::trial) {
      said.kind = Report::Kind::rung;
      if (!ask_(said)) pruned_ = true;
    } else if (is_new && Clock::now() - last_.load() > say_interval) {
      last_ = Clock::now();
      say_(said);
    }
  }

  const Job& job_;
  const Greeting& greeting_;
  const std::function<void(const Report&)>& say_;
  const std::function<bool(const Report&)>& ask_;
  std::atomic<bool> pruned_{false};
  std::atomic<Clock::time_point> last_{Clock::now()};
};

/// The stages up to the one of this name, which is to be the last.
std::vector<graph::Stage> until(std::vector<graph::Stage> stages, const std::string& name) {
  std::vector<bool> needed(stages.size());
  for (std::size_t i = stages.size(); i-- > 0;) {
    if (stages[i].name == name) needed[i] = true;
    if (!needed[i]) continue;
    for (const std::size_t input : stages[i].inputs) needed[input] = true;
  }
  std::vector<std::size_t> place(stages.size());
  std::vector<graph::Stage> kept;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!needed[i]) continue;
    place[i] = kept.size();
    kept.push_back(std::move(stages[i]));
    for (auto& input : kept.back().inputs) input = place[input];
  }
  return kept;
}

/// Names of the classes that a head tells apart; no checkpoint of a trial stays that would say them.
std::vector<std::string> class_names(const graph::Shapes& shapes, const std::string& head) {
  const auto path = shapes.heads.find(head);
  if (path == shapes.heads.end()) return {};  // a policy
  return shapes.datasets.at(path->second.dataset->id).class_names;
}

HeadOutcome outcome_of(const results::HeadResult& head, const std::vector<std::string>& classes) {
  auto json = results::head_json(head);
  if (!head.confusion.empty() && !classes.empty()) json["class_names"] = classes;
  return {.test_accuracy = head.test_accuracy,
          .test_loss = head.test_loss,
          .collapsed = head.collapsed,
          .json = json_text(json),
          .validation_accuracy = head.validation_accuracy};
}

/// Makes of a trial's folder, with its checkpoints, that of a run.
void leave_run(const std::filesystem::path& folder, const Greeting& greeting,
               const config::Pipeline& pipeline, const results::Results& results) {
  const std::string resolved = pipeline.resolved_toml();
  const results::RunOrigin origin{greeting.file,        std::filesystem::current_path().string(),
                                  greeting.plugin_path, {},
                                  sha256_hex(resolved), {},
                                  mark_of_place(folder)};
  write_file(folder / "run.json", results::to_json(origin));
  write_file(folder / "results.json", results::marked(folder, results::to_json(results)));
  write_file(folder / "resolved.toml", resolved);  // last: it makes it a run
}

std::uint64_t peak_memory() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

}  // namespace

TrialRunner::TrialRunner(Greeting greeting, const Catalog& catalog,
                         std::function<void(const Report&)> say,
                         std::function<bool(const Report&)> ask)
    : greeting_(std::move(greeting)),
      source_(greeting_.text, greeting_.file, greeting_.overrides, catalog),
      say_(std::move(say)),
      ask_(std::move(ask)),
      patient_(Cache(greeting_.cache)),
      impatient_(Cache(greeting_.cache), train::StageCache::WhenBusy::leave) {}

Report TrialRunner::run(const Job& job) {
  Report report;
  report.kind = job.kind == Job::Kind::trial ? Report::Kind::trial_ends : Report::Kind::share_ends;
  report.lease = report.outcome.lease = job.lease;
  report.outcome.trial = job.trial;
  const auto start = Clock::now();
  try {
    run_trial(job, report);
  } catch (...) {
    const Error e = thrown(std::current_exception());
    report.outcome.error = plain_text(e.what());
    report.spent = is_out_of_memory(e);  // whatever has filled it may still be there
  }
  report.outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  report.outcome.peak_memory = peak_memory();
  if (stop_requested() || mapping_was_cut()) report.spent = true;
  return report;
}

void TrialRunner::run_trial(const Job& job, Report& report) {
  const auto pipeline = source_.make(job.overrides);
  const auto shapes = graph::check_shapes(pipeline.spec);
  graph::require_devices(pipeline.spec);
  auto stages = graph::plan_stages(pipeline.spec, shapes);
  require_data(stages, greeting_.parts, pipeline.spec);
  const bool trial = job.kind == Job::Kind::trial;
  if (!trial) stages = until(std::move(stages), job.stage);

  HostProgress progress(job, greeting_, say_, ask_);
  train::RunOptions options;
  options.checkpoints = job.folder;
  options.threads = job.threads;
  options.stop = [&] { return stop_requested() || progress.pruned(); };
  options.cache = !job.cache ? nullptr : trial ? &patient_ : &impatient_;
  const bool keep = trial && source_.sweep().keep;
  if (keep) options.checkpoints = job.folder / "checkpoints";
  // Of an attempt that was killed; its lease is over, so nobody else writes here.
  for (const auto& folder : {job.folder, options.checkpoints}) remove_unfinished(folder);
  options.heads_only = !keep;
  options.checkpoints_at = keep ? train::CheckpointsAt::epochs : train::CheckpointsAt::intervals;
  train::EpochFile curve(job.folder, progress, curve_after);
  const auto result = train::run_pipeline(pipeline.spec, shapes, stages, options, curve);

  Outcome& outcome = report.outcome;
  report.busy = result.busy;
  for (const auto& [id, head] : result.results.heads) {
    if (!head.curve.empty()) outcome.heads[id] = outcome_of(head, class_names(shapes, id));
  }
  outcome.status = Status::ok;
  if (keep && !result.failure) leave_run(job.folder, greeting_, pipeline, result.results);
  if (!result.failure) return;
  const bool stopped = result.failure->code() == ErrorCode::interrupted;
  outcome.status = !stopped            ? Status::failed
                   : progress.pruned() ? Status::pruned
                                       : Status::interrupted;
  outcome.error = stopped ? stop_reason() : result.failure->what();
}

}  // namespace glia::sweep
