// SPDX-License-Identifier: MIT
#include "sweep/scheduler.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "fakes.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <numeric>

using namespace glia::sweep;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

namespace {

/// Trials 0 to n-1, of which trial i shares stage i % stages.
Plan plan_of(std::size_t n, std::size_t stages = 0) {
  Plan plan;
  for (std::size_t s = 0; s < stages; ++s) {
    const std::string name = "e" + std::to_string(s) + "/encode";
    plan.shared.push_back({name, "key" + std::to_string(s), "", s, n / stages});
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.trials.push_back({i, i + 1, {}, {}});
    if (stages > 0) plan.trials.back().stages = {i % stages};
  }
  return plan;
}

/// A sweep of fake workers.
struct Setting {
  explicit Setting(Plan p) : plan(std::move(p)) {
    options.folder = folder.path();
    options.cwd = "/somewhere else";
    options.repeat_with = {"glia", "run"};
    options.is_cached = [](const SharedStage&) { return false; };
  }

  Scheduler::End run() {
    std::vector<std::size_t> trials(plan.trials.size());
    std::iota(trials.begin(), trials.end(), std::size_t{0});
    return Scheduler(plan, trials, options, crew, sink, watcher).run();
  }

  TempFolder folder;
  Plan plan;
  SchedulerOptions options;
  fake::Crew crew;
  fake::Sink sink;
  fake::Watcher watcher;
};

}  // namespace

TEST_CASE("Every trial runs once, on as many workers as there may be, which then are gone") {
  Setting s(plan_of(7));
  s.options.workers = 3;
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.names() ==
        Names{"trial 0", "trial 1", "trial 2", "trial 3", "trial 4", "trial 5", "trial 6"});
  CHECK(s.sink.ends.size() == 7);
  CHECK(s.sink.attempts.empty());
  CHECK(s.crew.most_busy == 3);
  CHECK(s.crew.started == 3);
  CHECK(s.crew.living == 0);
}

TEST_CASE("A crash is tried again after a second, then two, and then has failed") {
  Setting s(plan_of(2));
  s.options.retries.crashes = 2;
  s.crew.fate = [](const Job& job, int) {
    fake::Fate fate;
    if (job.trial == 0) fate.signal = SIGSEGV;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.names() == Names{"trial 0", "trial 1", "trial 0", "trial 0"});
  const auto wait = [&](std::size_t i) { return s.crew.given[i].second; };
  CHECK(wait(2) - wait(0) >= 1s);
  CHECK(wait(2) - wait(0) < 2s);
  CHECK(wait(3) - wait(2) >= 2s);
  CHECK(wait(3) - wait(2) < 3s);
  REQUIRE(s.sink.attempts.size() == 2);
  CHECK(s.sink.attempts[0].status == Status::failed);
  const auto& end = s.sink.end_of(0);
  CHECK(end.status == Status::failed);
  CHECK(end.attempt == 3);
  CHECK(end.signal == "SIGSEGV");
  CHECK(end.error == "its worker ended by itself: SIGSEGV (Segmentation fault)");
  CHECK(end.command == "cd '/somewhere else' && glia run pipeline.seed=1");
  const auto record = glia::read_file(s.folder / "failures/0.txt");
  CHECK(record.find("attempts 3\n") != std::string::npos);
  CHECK(record.find("\nlast lines of its log:\nlast words\n") != std::string::npos);
  CHECK(s.sink.end_of(1).status == Status::ok);
}

TEST_CASE("Crashes before this process count") {
  Setting s(plan_of(1));
  s.options.retries.crashes = 2;
  s.options.past[0] = {5, 2};
  s.crew.fate = [](const Job&, int) {
    fake::Fate fate;
    fate.signal = SIGSEGV;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.given.size() == 1);
  CHECK(s.sink.end_of(0).attempt == 6);
}

TEST_CASE("An error of its own fails a trial at once; a worker that is spent is another matter") {
  const bool spent = GENERATE(false, true);
  Setting s(plan_of(1));
  s.crew.fate = [&](const Job&, int attempt) {
    fake::Fate fate;
    fate.status = attempt == 1 ? Status::failed : Status::ok;
    fate.spent = spent;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.given.size() == (spent ? 2 : 1));
  CHECK(s.sink.end_of(0).status == (spent ? Status::ok : Status::failed));
}

TEST_CASE("A trial whose worker is ended from outside runs again, and that is no crash") {
  Setting s(plan_of(1));
  s.options.retries.crashes = 0;
  s.crew.fate = [](const Job&, int attempt) {
    fake::Fate fate;
    if (attempt <= 3) fate.signal = SIGKILL;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  REQUIRE(s.sink.attempts.size() == 3);
  CHECK(s.sink.attempts[2].status == Status::interrupted);
  CHECK(s.sink.end_of(0).status == Status::ok);
  CHECK(s.sink.end_of(0).attempt == 4);
}

TEST_CASE("A worker beyond its limits is killed, and the trial says why") {
  Setting s(plan_of(1));
  s.options.retries.crashes = 0;
  s.crew.fate = [](const Job&, int) {
    fake::Fate fate;
    fate.hangs = true;
    return fate;
  };
  std::string error;
  SECTION("time") {
    s.options.timeout = 5s;
    error = "took longer than the time limit of 5 s";
  }
  SECTION("memory") {
    s.options.memory = 1 << 20;
    s.crew.memory = [](const Job&) { return std::uint64_t{3} << 20; };
    error = "used 3.0 MiB of memory, more than the limit of 1.0 MiB";
  }
  SECTION("log") {
    s.crew.log_bytes = [](const Job&) { return std::uint64_t{1} << 30; };
    error = "wrote more than 64 MiB to its log";
  }
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.sink.end_of(0).error == error);
  CHECK(s.sink.end_of(0).status == Status::failed);
}

TEST_CASE("A halted worker is given up after a while, at no cost to its trial") {
  Setting s(plan_of(1));
  s.options.retries.crashes = 0;
  s.crew.fate = [](const Job&, int attempt) {
    fake::Fate fate;
    fate.hangs = attempt == 1;
    return fate;
  };
  s.crew.halted = [&](const Job&) { return s.crew.given.size() == 1; };
  CHECK(s.run() == Scheduler::End::done);
  REQUIRE(s.sink.attempts.size() == 1);
  CHECK(s.sink.attempts[0].error == "its worker was halted from outside");
  CHECK(s.sink.end_of(0).status == Status::ok);
}

TEST_CASE("A worker that has grown gets no other trial") {
  Setting s(plan_of(3));
  s.options.memory = 100;
  s.crew.memory = [](const Job&) { return std::uint64_t{60}; };
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.started == 3);
}

TEST_CASE("A stop gives back what is under way and hands out nothing more") {
  Setting s(plan_of(9));
  s.options.workers = 2;
  s.crew.fate = [](const Job& job, int) {
    fake::Fate fate;
    fate.takes = 10ms * (1 + job.trial % 3);
    return fate;
  };
  s.options.stop = [&] { return s.sink.ends.size() >= 3; };
  CHECK(s.run() == Scheduler::End::stopped);
  REQUIRE(s.sink.ends.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(s.sink.ends[i].status == Status::ok);
  CHECK(s.sink.ends[3].status == Status::interrupted);
  CHECK(s.crew.given.size() == s.sink.ends.size());
  CHECK(s.watcher.messages.size() == 1);
}

TEST_CASE("A worker that does not stop is killed after a minute, and its trial is given back") {
  Setting s(plan_of(1));
  s.crew.fate = [](const Job&, int) {
    fake::Fate fate;
    fate.hangs = true;
    return fate;
  };
  s.options.stop = [&] { return !s.crew.given.empty(); };
  CHECK(s.run() == Scheduler::End::stopped);
  CHECK(s.sink.end_of(0).status == Status::interrupted);
  CHECK(s.sink.end_of(0).error == "did not stop in time");
}

TEST_CASE("With fail_fast the first failure ends the sweep") {
  Setting s(plan_of(9));
  s.options.retries.fail_fast = true;
  s.crew.fate = [](const Job& job, int) {
    fake::Fate fate;
    if (job.trial == 2) fate.status = Status::failed;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::failed_fast);
  CHECK(s.crew.given.size() == 3);
  CHECK(s.watcher.messages == Names{"a trial failed; stopping"});
}

TEST_CASE("What trials share comes first, once, whoever computes it") {
  Setting s(plan_of(4, 2));
  s.options.workers = 2;
  SECTION("it is computed here") {
    CHECK(s.run() == Scheduler::End::done);
    CHECK(s.crew.names()[0] == "stage e0/encode");
    CHECK(s.crew.names()[1] == "stage e1/encode");
    CHECK(s.crew.given.size() == 6);
  }
  SECTION("somebody else computes one for a second") {
    s.crew.fate = [](const Job& job, int attempt) {
      fake::Fate fate;
      fate.busy = job.stage == "e0/encode" && attempt < 3;
      if (fate.busy) fate.status = Status::interrupted;
      return fate;
    };
    CHECK(s.run() == Scheduler::End::done);
    CHECK(s.crew.given.size() == 8);
    CHECK(s.crew.given.back().second >= 1s);
  }
  SECTION("it is in the cache") {
    s.options.is_cached = [](const SharedStage&) { return true; };
    CHECK(s.run() == Scheduler::End::done);
    CHECK(s.crew.given.size() == 4);
  }
  SECTION("only that is wanted") {
    s.options.shared_only = true;
    CHECK(s.run() == Scheduler::End::done);
    CHECK(s.crew.names() == Names{"stage e0/encode", "stage e1/encode"});
    CHECK(s.sink.ends.empty());
    return;
  }
  CHECK(s.sink.ends.size() == 4);
}

TEST_CASE("A shared stage that fails takes its trials with it") {
  Setting s(plan_of(4, 2));
  const bool crashes = GENERATE(false, true);
  s.crew.fate = [&](const Job& job, int) {
    fake::Fate fate;
    if (job.stage != "e1/encode") return fate;
    if (crashes) fate.signal = SIGSEGV;
    fate.status = Status::failed;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  for (const std::size_t trial : {0, 2}) CHECK(s.sink.end_of(trial).status == Status::ok);
  for (const std::size_t trial : {1, 3}) {
    const auto& end = s.sink.end_of(trial);
    CHECK(end.status == Status::failed);
    CHECK(end.error.find("e1/encode, which it shares with other trials, failed: ") == 0);
  }
  CHECK(s.crew.given.size() == (crashes ? 5 : 4));
}

TEST_CASE("At a rung the sink says who goes on") {
  Setting s(plan_of(3));
  s.options.early_stopping.emplace();
  s.crew.fate = [](const Job& job, int) {
    fake::Fate fate;
    fate.rungs = {{1, 0.9 - 0.1 * static_cast<double>(job.trial)}, {3, 0.9}};
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  CHECK(s.crew.answers == std::vector<bool>{true, true, false, false});
  CHECK(s.sink.end_of(0).status == Status::ok);
  CHECK(s.sink.end_of(1).status == Status::pruned);
  CHECK(s.sink.end_of(2).status == Status::pruned);
}

TEST_CASE("A host that another has taken over leaves at once") {
  Setting s(plan_of(3));
  s.sink.fenced = true;
  s.crew.fate = [](const Job&, int) {
    fake::Fate fate;
    fate.takes = 10min;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::fenced);
  CHECK(s.sink.ends.empty());
}

TEST_CASE("Workers that never get ready end the sweep with an error") {
  Setting s(plan_of(3));
  s.crew.breaks_at_start = true;
  CHECK_THROWS_WITH(s.run(), Catch::Contains("workers end before they are ready: exit code 1"));
  CHECK(s.crew.started == 5);
}

TEST_CASE("A worker that refuses, as it is another build, ends the sweep at once") {
  Setting s(plan_of(3));
  s.crew.breaks_at_start = true;
  s.crew.refusal = "plugin x was replaced";
  try {
    s.run();
    FAIL("it went on");
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::resume);
    CHECK(e.message() == "plugin x was replaced");
  }
  CHECK(s.crew.started == 1);
}

TEST_CASE("A worker that ends before it has begun costs its trial nothing") {
  Setting s(plan_of(3));
  s.options.retries.crashes = 0;
  s.crew.fate = [](const Job& job, int attempt) {
    fake::Fate fate;
    if (job.trial != 1 || attempt > 2) return fate;
    fate.signal = SIGSEGV;  // what an earlier trial has left in its worker
    fate.begins = false;
    return fate;
  };
  CHECK(s.run() == Scheduler::End::done);
  for (const std::size_t trial : {0, 1, 2}) CHECK(s.sink.end_of(trial).status == Status::ok);
  CHECK(s.crew.given.size() == 5);
}

TEST_CASE("What the sink throws ends the sweep, and trials that come meanwhile are run") {
  Setting s(plan_of(2));
  SECTION("an error") {
    s.sink.on_end = [](const Outcome&) { throw glia::Error(glia::ErrorCode::io, "disk full"); };
    CHECK_THROWS_WITH(s.run(), Catch::Contains("disk full"));
  }
  SECTION("more trials") {
    s.options.more = [&] {
      std::vector<std::size_t> added;
      if (s.sink.ends.size() + 1 == s.plan.trials.size() && s.plan.trials.size() < 5) {
        added = {s.plan.trials.size()};
        s.plan.trials.push_back({added[0], 1, {}, {}});
      }
      return added;
    };
    CHECK(s.run() == Scheduler::End::done);
    CHECK(s.sink.ends.size() == 5);
  }
}

TEST_CASE("Cores of workers that there is no work for go to those that work") {
  Setting s(plan_of(3));
  s.options.workers = 8;
  std::map<std::size_t, int> threads;
  s.crew.fate = [&](const Job& job, int) {
    threads[job.trial] = job.threads;
    fake::Fate fate;
    fate.takes = job.trial == 0 ? 1s : 100ms;
    return fate;
  };
  SECTION("fewer trials than workers") {
    CHECK(s.run() == Scheduler::End::done);
    CHECK(threads == std::map<std::size_t, int>{{0, 2}, {1, 3}, {2, 3}});
    CHECK(s.crew.started == 3);
  }
  SECTION("as many and more: a core each, until few are left") {
    s.options.workers = 2;
    CHECK(s.run() == Scheduler::End::done);
    CHECK(threads == std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}});
  }
  SECTION("a stage that all wait for") {
    s.plan = plan_of(2, 1);
    int of_stage = 0;
    const auto trials = s.crew.fate;
    s.crew.fate = [&](const Job& job, int attempt) {
      if (job.kind == Job::Kind::trial) return trials(job, attempt);
      of_stage = job.threads;
      return fake::Fate{};
    };
    CHECK(s.run() == Scheduler::End::done);
    CHECK(of_stage == 8);
    CHECK(threads == std::map<std::size_t, int>{{0, 4}, {1, 4}});
  }
}
