// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "config/units.hpp"
#include "core/shell_words.hpp"
#include "core/text.hpp"
#include "run_command.hpp"
#include "sweep/changes.hpp"
#include "sweep/extension.hpp"
#include "sweep/stopping.hpp"
#include "sweep/store.hpp"
#include "sweep/work_queue.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <fstream>
#include <limits>

using namespace glia::sweep;

namespace {

glia::config::Item number(std::int64_t value) {
  return {glia::config::Item::Kind::integer, value, {}, {}, {}};
}

/// Trials 0 to n-1 on one axis; trial i shares stage i % stages.
Plan plan_of(std::size_t n, std::size_t stages) {
  Plan plan;
  plan.pipeline = "p";
  plan.heads = {"h"};
  plan.axes = {{"a.b", {}, {}}};
  for (std::size_t s = 0; s < stages; ++s) {
    plan.shared.push_back({"e/encode", "key" + std::to_string(s), "", s, n / stages});
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.axes[0].values.push_back(number(static_cast<std::int64_t>(i)));
    plan.axes[0].texts.push_back(std::to_string(i));
    plan.trials.push_back({i, 1, {static_cast<int>(i)}, {}});
    if (stages > 0) plan.trials.back().stages = {i % stages};
  }
  return plan;
}

std::vector<std::size_t> numbers_of(const Plan& plan) {
  std::vector<std::size_t> all;
  for (const auto& trial : plan.trials) all.push_back(trial.number);
  return all;
}

glia::sweep::Outcome outcome_of(std::size_t trial, std::int64_t lease, Status status = Status::ok) {
  glia::sweep::Outcome o;
  o.trial = trial;
  o.lease = lease;
  o.status = status;
  o.heads["h"] = {0.5, std::nan(""), false, "{}"};
  return o;
}

}  // namespace

TEST_CASE("A plan is read back as it was written") {
  Plan plan = plan_of(5, 2);
  plan.parts["data of x"] = "abc";
  plan.trials[3].values[0] = Trial::unset;
  const Plan read = parse_plan(plan_text(plan));
  CHECK(plan_text(read) == plan_text(plan));
  CHECK(read.trials[2].stages == std::vector<std::size_t>{0});
  CHECK(read.overrides(read.trials[4]) == std::vector<std::string>{"a.b=4", "pipeline.seed=1"});
  CHECK(read.overrides(read.trials[3]) == std::vector<std::string>{"pipeline.seed=1"});
  CHECK_THROWS_AS(parse_plan("{}"), glia::Error);
  CHECK_THROWS_AS(parse_plan(plan_text(plan).substr(0, 100)), glia::Error);
}

TEST_CASE("The queue hands out a missing shared stage before the trials that wait for it") {
  const Plan plan = plan_of(6, 2);
  WorkQueue queue(plan, numbers_of(plan), [](const SharedStage& s) { return s.key == "key1"; });
  const auto now = WorkQueue::Clock::now();
  auto work = queue.take(now);
  REQUIRE(work);
  CHECK((work->share && work->number == 0));
  std::vector<std::size_t> trials;
  while ((work = queue.take(now))) {
    CHECK_FALSE(work->share);
    trials.push_back(work->number);
  }
  CHECK(trials == std::vector<std::size_t>{1, 3, 5});
  CHECK(queue.left() == 3);
  queue.stage_busy(0, now + std::chrono::seconds(5));
  CHECK_FALSE(queue.take(now));
  CHECK(queue.next_time() == now + std::chrono::seconds(5));
  work = queue.take(now + std::chrono::seconds(6));
  CHECK((work && work->share));
  queue.stage_done(0);
  trials.clear();
  while ((work = queue.take(now))) trials.push_back(work->number);
  CHECK(trials == std::vector<std::size_t>{0, 2, 4});
  queue.put_back(2, now + std::chrono::seconds(1));
  CHECK_FALSE(queue.take(now));
  CHECK(queue.take(now + std::chrono::seconds(1))->number == 2);
  CHECK(queue.left() == 0);
}

TEST_CASE("The queue gives back the trials of a stage that failed") {
  const Plan plan = plan_of(4, 2);
  WorkQueue queue(plan, numbers_of(plan), [](const SharedStage&) { return false; });
  const auto now = WorkQueue::Clock::now();
  CHECK(queue.take(now)->share);
  CHECK(queue.stage_failed(0) == std::vector<std::size_t>{0, 2});
  CHECK(queue.take(now)->share);
  queue.stage_done(1);
  CHECK(queue.take(now)->number == 1);
  CHECK(queue.take(now)->number == 3);
  CHECK_FALSE(queue.take(now));
}

TEST_CASE("Rungs grow by the factor, and only the best go on") {
  glia::config::EarlyStopping stopping;
  stopping.min_epochs = 2;
  stopping.factor = 3;
  CHECK(rungs(stopping, 50) == std::vector<std::int64_t>{2, 6, 18});
  CHECK(rungs(stopping, 2).empty());
  CHECK(rungs(stopping, std::numeric_limits<std::int64_t>::max()).size() < 50);
  CHECK(goes_on({{4, 0.1}}, 4, 3));
  const std::map<std::size_t, double> rung{{0, 0.5}, {1, 0.7}, {2, std::nan("")},
                                           {3, 0.7}, {4, 0.2}, {5, 0.6}};
  std::vector<std::size_t> on;
  for (const auto& [trial, accuracy] : rung) {
    if (goes_on(rung, trial, 3)) on.push_back(trial);
  }
  CHECK(on == std::vector<std::size_t>{1, 3});
}

TEST_CASE("Equals at a rung go on or stop together, in whatever order they came") {
  const TempFolder folder;
  std::vector<std::vector<std::size_t>> decisions;
  for (const auto& order : {std::vector<std::size_t>{0, 1, 2, 3, 4, 5}, {5, 3, 1, 0, 4, 2}}) {
    Store store(folder / std::to_string(decisions.size()), Store::Mode::create);
    for (const std::size_t trial : order) store.add_rung(trial, 2, trial < 2 ? 0.1 : 0.5);
    store.add_rung(order[0], 6, 0.9);  // another rung is another matter
    const auto rung = store.rung(2);
    auto& on = decisions.emplace_back();
    for (const auto& [trial, accuracy] : rung) {
      if (goes_on(rung, trial, 3)) on.push_back(trial);
    }
  }
  CHECK(decisions[0] == std::vector<std::size_t>{2, 3, 4, 5});
  CHECK(decisions[1] == decisions[0]);
}

TEST_CASE("The store counts attempts and crashes, and forgives") {
  const TempFolder folder;
  Store store(folder / "sweep.sqlite", Store::Mode::create);
  store.add(plan_of(3, 0));
  const auto attempt = [&](std::size_t trial, Status status) {
    CHECK(store.finish_attempt(outcome_of(trial, store.begin(trial, 10, "h"), status)));
  };
  attempt(0, Status::failed);
  attempt(0, Status::interrupted);
  attempt(0, Status::failed);
  attempt(1, Status::interrupted);
  CHECK(store.past().size() == 2);
  CHECK(store.past()[0].attempts == 3);
  CHECK(store.past()[0].crashes == 2);
  CHECK(store.past()[1].crashes == 0);
  store.forgive();
  attempt(0, Status::failed);
  CHECK(store.past()[0].attempts == 4);
  CHECK(store.past()[0].crashes == 1);
}

TEST_CASE("The store keeps every trial once, and refuses a late lease") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  {
    Store store(file, Store::Mode::create);
    store.add(plan_of(3, 0));
    const auto first = store.begin(0, 10, "h");
    const auto second = store.begin(0, 11, "h");
    CHECK(second == first + 1);
    CHECK_FALSE(store.finish(outcome_of(0, first)));
    CHECK(store.finish(outcome_of(0, second)));
    CHECK_FALSE(store.finish(outcome_of(0, second)));
    const auto third = store.begin(1, 10, "h");
    CHECK(store.finish_attempt(outcome_of(1, third, Status::failed)));
    CHECK(store.attempts(1) == 1);
    CHECK_FALSE(store.adopt(outcome_of(0, 1)));
    CHECK(store.adopt(outcome_of(2, 1, Status::failed)));
    store.add_rung(0, 5, 0.25);
    CHECK(store.rung(5) == std::map<std::size_t, double>{{0, 0.25}});
    store.commit();
    store.begin(1, 10, "h");  // not committed: never happened
  }
  Store store(file, Store::Mode::read);
  CHECK(store.counts() ==
        std::map<Status, std::size_t>{{Status::pending, 1}, {Status::ok, 1}, {Status::failed, 1}});
  CHECK(store.trials(Status::pending) == std::vector<std::size_t>{1});
  std::vector<std::size_t> seen;
  store.each([&](const Row& row) {
    seen.push_back(row.trial);
    if (row.trial != 0) return;
    CHECK(row.heads.at("h").test_accuracy == 0.5);
    CHECK(std::isnan(row.heads.at("h").test_loss));
  });
  CHECK(seen == std::vector<std::size_t>{0, 1, 2});
  Store again(file, Store::Mode::write);
  CHECK(again.reset({Status::failed}) == 1);
}

TEST_CASE("A store of another schema and a file that is none are refused") {
  const TempFolder folder;
  CHECK_THROWS_AS(Store(folder / "none.sqlite", Store::Mode::read), glia::Error);
  std::ofstream(folder / "text.sqlite") << std::string(5000, 'x');
  CHECK_THROWS_AS(Store(folder / "text.sqlite", Store::Mode::read), glia::Error);
}

TEST_CASE("A store of schema 2 is read, and brought up to date when it is written") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  {
    Store store(file, Store::Mode::create);
    store.add(plan_of(3, 0));
    CHECK(store.finish(outcome_of(1, store.begin(1, 10, "h")), 0.5));
    store.commit();
  }
  const auto python = [&](const std::string& sql) {
    const auto done = run_command({"python3", "-c",
                                   "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
                                   "db.executescript(sys.argv[2]); db.commit()",
                                   file.string(), sql});
    INFO(done.err);
    REQUIRE(done.code == 0);
  };
  for (const std::string table :
       {"info", "axes", "settings", "heads", "attempts", "rungs", "trials"}) {
    python("DROP INDEX IF EXISTS heads_by_seal; DROP INDEX " + table + "_unsealed; ALTER TABLE " +
           table + " DROP COLUMN sha256;");
  }
  python(
      "ALTER TABLE trials DROP COLUMN objective; DELETE FROM info WHERE name = 'rows'; PRAGMA "
      "user_version = 2;");
  CHECK(Store(file, Store::Mode::read).counts().at(Status::ok) == 1);
  {
    Store store(file, Store::Mode::write);
    CHECK_FALSE(store.best(false));
    CHECK(store.finish(outcome_of(2, store.begin(2, 10, "h")), 0.25));
    store.commit();
  }
  const Store store(file, Store::Mode::read);
  CHECK(store.best(false) == std::pair<std::size_t, double>{2, 0.25});
  CHECK(store.objectives().size() == 3);
  python("PRAGMA user_version = 9;");
  CHECK_THROWS_AS(Store(file, Store::Mode::read), glia::Error);
}

TEST_CASE("Of a plan that grows the trials are in the store") {
  const TempFolder folder;
  Plan plan = plan_of(3, 0);
  plan.sampler = "tpe";
  plan.objective = Objective{"h", "validation_loss", true};
  plan.expected = 8;
  Store store(folder / "sweep.sqlite", Store::Mode::create);
  store.add(plan);
  Plan read = parse_plan(plan_text(plan));
  CHECK(read.trials.empty());
  CHECK(read.objective->text() == "h.validation_loss");
  CHECK(read.size() == 8);
  store.complete(read);
  REQUIRE(read.trials.size() == 3);
  for (const auto& trial : plan.trials) {
    CHECK(read.overrides(read.trials[trial.number]) == plan.overrides(trial));
  }
}

TEST_CASE("An extension keeps numbers and adds what is new") {
  const Plan before = plan_of(3, 1);
  Plan now = plan_of(5, 1);
  const Plan all = join(before, now);
  REQUIRE(all.trials.size() == 5);
  CHECK(all.overrides(all.trials[4])[0] == "a.b=4");
  CHECK(all.shared.size() == 1);
  now.axes[0].path = "c.d";
  CHECK(join(before, now).trials.size() == 8);
}

TEST_CASE("What extends a sweep joins what there is") {
  using Words = std::vector<std::string>;
  const auto last = [](const Plan& plan, const Words& more) {
    return extended(plan, {"x=1"}, more).back();
  };
  Plan plan = plan_of(3, 1);
  CHECK(extended(plan, {"x=1"}, {"a.b=9"}) == Words{"x=1", "a.b=0,1,2,9"});
  CHECK(last(plan, {"a.b=2,3", "a.b=range(4,5)"}) == "a.b=0,1,2,3,4,5");
  plan.trials[0].seed = 5;
  plan.trials[1].seed = 6;
  plan.trials[2].seed = 5;
  CHECK(last(plan, {"seeds=1"}) == "seeds=5,6");
  CHECK(last(plan, {"seeds=4"}) == "seeds=5,6,7,8");
  CHECK(last(plan, {"seeds=1,6", "seeds=range(9,10)"}) == "seeds=5,6,1,9,10");
  CHECK(last(plan, {"sweep.memory=2GiB"}) == "sweep.memory=2GiB");
  plan.trials[1].seed = 5;
  CHECK(last(plan, {"seeds=1"}) == "seeds=[5]");
  for (const char* word : {"other=9", "other=8,9", "a.b", "seeds=0"}) {
    CHECK_THROWS_AS(extended(plan, {}, {word}), glia::Error);
  }
}

TEST_CASE("Differences are told line by line") {
  CHECK(line_difference("a\nb\nc\n", "a\nb\nc\n").empty());
  CHECK(line_difference("a\nb\nc\n", "a\nx\nc\nd\n") == "  - b\n  + x\n  + d\n");
  Plan before, now;
  before.parts = {{"encoder vae", "1"}, {"data of x", ""}};
  now.parts = {{"encoder vae", "2"}, {"data of x", "abc"}};
  CHECK(part_difference(before, now) ==
        "  data of x: was not found, is abc\n  encoder vae: was 1, is 2\n");
}

TEST_CASE("A shell reads the words that were meant") {
  const std::vector<std::string> words{"printf", "%s|",   "a b",     "",
                                       "it's",   "$HOME", "x=\"1\"", "[1, 2]"};
  const auto said = run_command({"sh", "-c", glia::shell_words(words)});
  CHECK(said.out == "a b||it's|$HOME|x=\"1\"|[1, 2]|");
}

TEST_CASE("Times and amounts of memory have units") {
  using glia::bytes_text;
  using glia::config::parse_bytes;
  using glia::config::parse_duration;
  CHECK(parse_duration("90s")->count() == 90'000);
  CHECK(parse_duration("1.5 m")->count() == 90'000);
  CHECK(parse_duration("2h")->count() == 7'200'000);
  CHECK_FALSE(parse_duration("2 weeks"));
  CHECK_FALSE(parse_duration("-1s"));
  CHECK(parse_bytes("4GiB") == std::uint64_t{4} << 30);
  CHECK(parse_bytes("4G") == std::uint64_t{4} << 30);
  CHECK(parse_bytes("1000") == 1000);
  CHECK_FALSE(parse_bytes("4 apples"));
  CHECK_FALSE(parse_bytes(""));
  CHECK(bytes_text(3'435'973'837) == "3.2 GiB");
  CHECK(bytes_text(800) == "800 bytes");
}
