// SPDX-License-Identifier: MIT
// A whole sweep through the scheduler and the store, of trials that compute nothing, in virtual time:
// the clock goes on by the host's own processor time and leaps over all waits. In a few seconds it
// tells what a sweep of any size asks of the host; docs/scale.md has it for
//   GLIA_SCALE_TRIALS=100000 GLIA_SCALE_WORKERS=1000 GLIA_SCALE_EPOCHS=10 test_sweep_scale
#include "../config/support.hpp"
#include "../sweep_scheduler/fakes.hpp"
#include "catch.hpp"
#include "config/template.hpp"
#include "sweep/folder.hpp"
#include "sweep/scheduler.hpp"
#include "sweep/store_sink.hpp"
#include "sweep/task.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

using namespace glia::sweep;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::size_t wanted(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::stoul(text) : otherwise;
}

/// Processor time of this process.
Clock::duration host_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

/// A grid of learning rates and seeds over ten encoders, each of which is trained once.
Plan plan_of(std::size_t trials) {
  constexpr std::size_t seeds = 5, encoders = 10;
  Plan plan;
  plan.pipeline = "digits";
  plan.heads = {"digit"};
  plan.axes = {{.path = "head.digit.train.learning_rate", .values = {}, .texts = {}},
               {.path = "encoder.latent.z", .values = {}, .texts = {}}};
  const auto add = [](PlanAxis& axis, std::int64_t value) {
    axis.values.push_back({glia::config::Item::Kind::integer, value, {}, {}, {}});
    axis.texts.push_back(std::to_string(value));
  };
  for (std::size_t e = 0; e < encoders; ++e) {
    add(plan.axes[1], static_cast<std::int64_t>(e) + 10);
    plan.shared.push_back({.name = "latent/encode",
                           .key = std::string(64, static_cast<char>('0' + e)),
                           .trained = std::string(64, 'a'),
                           .trial = e * seeds,
                           .users = trials / encoders});
  }
  for (std::size_t i = 0; i < trials; ++i) {
    const std::size_t point = i / seeds, rate = point / encoders, encoder = point % encoders;
    if (rate == plan.axes[0].values.size()) add(plan.axes[0], static_cast<std::int64_t>(rate) + 1);
    plan.trials.push_back({.number = i,
                           .seed = i % seeds + 1,
                           .values = {static_cast<int>(rate), static_cast<int>(encoder)},
                           .stages = {encoder}});
  }
  return plan;
}

/// What a head leaves of so many epochs.
std::string head_json(std::size_t epochs) {
  std::string text =
      R"({"test_accuracy":0.5,"test_loss":1.0,"collapsed":false,"parameters":310,"chance":0.1,"curve":[)";
  for (std::size_t e = 1; e <= epochs; ++e) {
    text += fmt::format(
        R"({}{{"epoch":{},"train_loss":1.8235,"test_accuracy":0.4321,"test_loss":1.7352}})",
        e > 1 ? "," : "", e);
  }
  return text + "]}";
}

/// Between 1 and 19 seconds, by the trial's number; one trial in 50 crashes at first, some twice.
fake::Fate fate_of(const Job& job, int attempt, const std::string& json) {
  fake::Fate fate;
  const auto drawn = static_cast<std::uint32_t>((job.trial + 1) * 2654435761U) >> 8;
  fate.takes = job.kind == Job::Kind::share ? 60s : 1s + 1ms * (drawn % 18001);
  fate.head_json = json;
  const int crashes = job.trial % 50 == 7 ? 1 + (job.trial % 100 == 7 ? 1 : 0) : 0;
  if (job.kind == Job::Kind::trial && attempt <= crashes) fate.signal = SIGSEGV;
  return fate;
}

struct Sweep {
  TempFolder temporary;
  Clock::duration made{}, worked{};
  Folder folder;
  fake::Crew crew;
  fake::Watcher watcher;

  explicit Sweep(const Plan& plan) : folder(make(plan)) {}

  Scheduler::End run(int workers) {
    SchedulerOptions options;
    options.workers = workers;
    options.retries.crashes = 2;
    options.folder = folder.path();
    options.repeat_with = {"glia", "run"};
    options.is_cached = [](const SharedStage&) { return false; };
    StoreSink sink(folder, nullptr);
    crew.leaps = true;
    crew.host_time = host_time;
    const auto before = host_time();
    const auto end = Scheduler(folder.plan(), folder.store().trials(Status::pending),
                               std::move(options), crew, sink, watcher)
                         .run();
    folder.write_results(false);
    worked = host_time() - before;
    return end;
  }

 private:
  Folder make(const Plan& plan) {
    const glia::config::PipelineTemplate source(std::string(good_file) + "\n[sweep]\nseeds = 5\n",
                                                "p.toml", {}, fake_catalog());
    const auto before = host_time();
    Folder made_folder = Folder::create(temporary.file("sweep"), source, plan,
                                        {.file = "p.toml",
                                         .cwd = "/",
                                         .overrides = {},
                                         .plugin_path = {},
                                         .cache = temporary.file("cache"),
                                         .launcher = "local"},
                                        {"glia", "sweep"});
    made = host_time() - before;
    return made_folder;
  }
};

void tell(const Sweep& sweep, std::size_t trials, std::size_t workers, Clock::duration busy) {
  const auto first = sweep.crew.given.front().second, last = sweep.crew.given.back().second;
  const auto before = host_time();
  const Store reader(sweep.folder.path() / "sweep.sqlite", Store::Mode::read);
  reader.check_told();
  CHECK(reader.counts().at(Status::ok) == trials);
  const auto looked = host_time() - before;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto size = [&](const char* file) {
    return static_cast<double>(std::filesystem::file_size(sweep.folder.path() / file)) / 1e6;
  };
  fmt::print(
      "{} trials on {} workers: made in {:.1f} s; host {:.1f} s, {:.0f} us a trial; virtual time "
      "{:.0f} s, workers busy {:.1f} %; looked at in {:.2f} s; {:.0f} MB of memory; sweep.sqlite "
      "{:.1f} MB, results.json {:.1f} MB, plan.json {:.1f} MB\n",
      trials, workers, seconds(sweep.made), seconds(sweep.worked),
      seconds(sweep.worked) * 1e6 / static_cast<double>(trials), seconds(last - first),
      100 * seconds(busy) / (seconds(last - first) * static_cast<double>(workers)), seconds(looked),
      static_cast<double>(usage.ru_maxrss) / 1e3, size("sweep.sqlite"), size("results.json"),
      size("plan.json"));
}

}  // namespace

TEST_CASE("A large sweep ends with each of its trials told once, whatever crashed on the way") {
  const auto trials = wanted("GLIA_SCALE_TRIALS", 2000);
  const auto workers = wanted("GLIA_SCALE_WORKERS", 100);
  const std::string json = head_json(wanted("GLIA_SCALE_EPOCHS", 3));
  Sweep sweep(plan_of(trials));
  Clock::duration busy{};  // of all workers together
  sweep.crew.fate = [&](const Job& job, int attempt) {
    const auto fate = fate_of(job, attempt, json);
    busy += fate.takes;
    return fate;
  };
  REQUIRE(sweep.run(static_cast<int>(workers)) == Scheduler::End::done);

  CHECK(sweep.crew.most_busy == static_cast<int>(workers));
  CHECK(sweep.crew.living == 0);
  std::size_t told = 0, crashed = 0;
  const auto past = sweep.folder.store().past();
  sweep.folder.store().each([&](const Row& row) {
    CHECK(row.trial == told++);
    CHECK(row.status == Status::ok);
    CHECK(row.heads.at("digit").json == json);
    const int crashes = row.trial % 50 == 7 ? 1 + (row.trial % 100 == 7 ? 1 : 0) : 0;
    CHECK(row.attempts == crashes + 1);
    CHECK(past.at(row.trial).crashes == crashes);
    crashed += crashes > 0 ? 1 : 0;
  });
  CHECK(told == trials);
  CHECK(crashed == (trials + 42) / 50);
  CHECK(sweep.crew.given.size() >= trials + 10);  // ten encoders, each once
  std::size_t stages = 0;
  for (const auto& [name, when] : sweep.crew.given) stages += name.starts_with("stage") ? 1 : 0;
  CHECK(stages == 10);
  tell(sweep, trials, workers, busy);
}

TEST_CASE("What the tasks of a cluster leave of a large sweep is read and taken over") {
  const auto trials = wanted("GLIA_SCALE_TRIALS", 500);
  Sweep sweep(plan_of(trials));
  Outcome outcome;
  outcome.status = Status::ok;
  outcome.seconds = 10;
  outcome.host = "node";
  outcome.heads["digit"] = {
      .test_accuracy = 0.5, .test_loss = 1, .json = head_json(wanted("GLIA_SCALE_EPOCHS", 3))};
  std::filesystem::create_directories(sweep.folder.path() / "slurm/results");
  for (std::size_t trial = 0; trial < trials; ++trial) {
    outcome.trial = trial;
    std::ofstream(result_file(sweep.folder.path(), trial)) << outcome_text(outcome);
  }
  const auto before = host_time();
  const auto all = uncollected(sweep.folder.path());
  const auto read = host_time();
  CHECK(all.size() == trials);
  for (const auto& each : all) CHECK(sweep.folder.store().adopt(each));
  sweep.folder.store().commit();
  const auto adopted = host_time();
  CHECK(sweep.folder.store().counts().at(Status::ok) == trials);
  CHECK_FALSE(sweep.folder.store().adopt(all[0]));  // counts once
  fmt::print("results of {} trials: read in {:.2f} s, taken over in {:.2f} s\n", trials,
             seconds(read - before), seconds(adopted - read));
}
