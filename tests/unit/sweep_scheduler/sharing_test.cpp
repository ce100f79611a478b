// SPDX-License-Identifier: MIT
// What trials have in common: stages, and the cores of the machine.
#include "catch.hpp"
#include "setting.hpp"

#include <map>

using namespace glia::sweep;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using fake::plan_of;
using fake::Setting;

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
