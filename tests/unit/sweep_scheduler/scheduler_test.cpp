// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/files.hpp"
#include "setting.hpp"

#include <glia/sdk/error.hpp>

using namespace glia::sweep;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using fake::plan_of;
using fake::Setting;

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
