// SPDX-License-Identifier: MIT
// What a sweep has stored is told from what somebody or something has changed since.
#include "catch.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/sealed_json.hpp"
#include "run_command.hpp"
#include "sweep/folder.hpp"
#include "sweep/plan.hpp"
#include "sweep/row_seals.hpp"
#include "sweep/store.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <limits>

using Catch::Matchers::Contains;
using namespace glia::sweep;

namespace {

Plan a_plan() {
  Plan plan;
  plan.pipeline = "p";
  plan.heads = {"h"};
  plan.axes = {{"a.b", {}, {}}};
  for (std::int64_t i = 0; i < 3; ++i) {
    plan.axes[0].values.push_back({glia::config::Item::Kind::integer, i, {}, {}, {}});
    plan.axes[0].texts.push_back(std::to_string(i));
  }
  plan.shared.push_back({"e/encode", std::string(64, 'a'), "", 0, 3});
  for (std::size_t i = 0; i < 3; ++i) plan.trials.push_back({i, 5, {static_cast<int>(i)}, {0}});
  return plan;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The plan's text with another member, and the digest of what it says then.
std::string with(const std::string& path, const nlohmann::ordered_json& value) {
  auto root = nlohmann::ordered_json::parse(plan_text(a_plan()));
  root[nlohmann::ordered_json::json_pointer(path)] = value;
  return glia::sealed(root).dump();
}

/// A store in which something of everything is.
void fill(const std::filesystem::path& file) {
  Store store(file, Store::Mode::create);
  store.add(a_plan());
  glia::sweep::Outcome end;
  end.trial = 1;
  end.lease = store.begin(1, 7, "host");
  end.status = Status::ok;
  end.heads["h"] = {.test_accuracy = 0.5, .test_loss = 0.1, .json = "{\"curve\":[]}"};
  CHECK(store.finish(end, 0.5));
  store.add_rung(1, 3, 0.25);
  store.set_answer(1, 3, true);
  store.set_info("trials", "3");
  store.commit();
}

void sql(const std::filesystem::path& file, const std::string& text) {
  const auto done = run_command({"python3", "-c",
                                 "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
                                 "db.executescript(sys.argv[2]); db.commit()",
                                 file.string(), text});
  INFO(done.err);
  REQUIRE(done.code == 0);
}

}  // namespace

TEST_CASE("A plan that was changed is refused, whatever was changed") {
  const std::string text = plan_text(a_plan());
  CHECK(plan_text(parse_plan(text)) == text);
  CHECK_THROWS_WITH(parse_plan(replaced(text, "[5,[1]", "[6,[1]")),
                    Contains("was changed since glia wrote it"));
  CHECK_THROWS_WITH(parse_plan(replaced(text, "plan/3", "plan/2")),
                    Contains("was changed since glia wrote it"));
  CHECK_THROWS_WITH(parse_plan(replaced(text, "\"sha256\"", "\"sha257\"")),
                    Contains("has no checksum"));
  CHECK_THROWS_WITH(parse_plan(replaced(text, "plan/3", "plan/9")), Contains("does not know"));
}

TEST_CASE("Plans of versions that wrote no digest are read") {
  auto root = nlohmann::ordered_json::parse(plan_text(a_plan()));
  root.erase("sha256");
  CHECK_THROWS_WITH(parse_plan(root.dump()), Contains("has no checksum"));
  for (const char* format : {"glia-sweep-plan/1", "glia-sweep-plan/2"}) {
    root["format"] = format;
    CHECK(plan_text(parse_plan(root.dump())) == plan_text(a_plan()));
  }
}

TEST_CASE("What a plan's numbers point at has to be there, whoever wrote the digest") {
  CHECK(parse_plan(with("/trials/0/0", 9)).trials[0].seed == 9);
  using Case = std::pair<std::string, nlohmann::ordered_json>;
  for (const auto& [path, value] : {Case{"/trials/1/1/0", 3},
                                    {"/trials/1/1/0", -2},
                                    {"/trials/1/1/0", 4294967296},
                                    {"/trials/1/1/0", 1.5},
                                    {"/trials/1/1/0", "1"},
                                    {"/trials/1/1", {0, 0}},
                                    {"/trials/2/2/0", 1},
                                    {"/trials/2/2/0", -1},
                                    {"/trials/2/2/0", 18446744073709551615u},
                                    {"/trials/0/0", -1},
                                    {"/trials/0/0", 9223372036854775808u},
                                    {"/trials/0", 7},
                                    {"/shared/0/trial", 3},
                                    {"/shared/0/users", -1},
                                    {"/heads", nlohmann::ordered_json::array()},
                                    {"/axes/0/values", 5},
                                    {"/sampler/name", 5},
                                    {"/parts", 1}}) {
    INFO(path << " = " << value);
    CHECK_THROWS_WITH(parse_plan(with(path, value)), Contains("the plan is damaged: "));
  }
}

TEST_CASE("A row of a store that was changed is named, and not gone on with") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  for (const auto& [change, told] : std::vector<std::pair<std::string, std::string>>{
           {"UPDATE heads SET test_accuracy = 0.75", "trial 1, h in its table 'heads'"},
           {"UPDATE heads SET json = '{\"curve\":[1]}'", "trial 1, h in its table 'heads'"},
           {"DELETE FROM heads", "trial 1 in its table 'trials'"},
           {"UPDATE trials SET seed = 6 WHERE trial = 2", "trial 2 in its table 'trials'"},
           {"UPDATE trials SET status = 'ok' WHERE trial = 0", "trial 0 in its table 'trials'"},
           {"UPDATE trials SET objective = 0.9 WHERE trial = 1", "trial 1 in its table 'trials'"},
           {"UPDATE trials SET sha256 = NULL", "trial 0 in its table 'trials'"},
           {"UPDATE settings SET value = '7' WHERE trial = 2",
            "trial 2, a.b in its table 'settings'"},
           {"UPDATE rungs SET goes_on = 0", "trial 1, epoch 3 in its table 'rungs'"},
           {"UPDATE attempts SET status = 'failed'", "lease 1 in its table 'attempts'"},
           {"UPDATE info SET value = '2' WHERE name = 'trials'", "trials in its table 'info'"},
           {"UPDATE axes SET path = 'a.c'", "axis 0 in its table 'axes'"}}) {
    INFO(change);
    std::filesystem::remove(file);
    fill(file);
    CHECK_NOTHROW(Store(file, Store::Mode::write));
    sql(file, change);
    try {
      Store(file, Store::Mode::write);
      FAIL("it was gone on with");
    } catch (const glia::Error& e) {
      CHECK(e.code() == glia::ErrorCode::data);
      CHECK_THAT(e.message(), Contains(told) && Contains("is not what was written"));
      CHECK_THAT(e.hint(), Contains("put it back from a copy") && !Contains("delete"));
    }
    const Store store(file, Store::Mode::read);
    const bool is_counted = told.find("'info'") != std::string::npos ||  // by `glia status`
                            told.find("'trials'") != std::string::npos;
    if (is_counted) {
      CHECK_THROWS_WITH(store.check_counted(), Contains(told));
    } else {
      CHECK_NOTHROW(store.check_counted());
    }
    bool is_told = false;  // by all that tell results
    for (const char* table : {"'info'", "'trials'", "'heads'"}) {
      is_told = is_told || told.find(table) != std::string::npos;
    }
    if (is_told) {
      CHECK_THROWS_WITH(store.check_told(), Contains(told));
      CHECK_THROWS_WITH(store.each([](const Row&) {}), Contains(told));
    } else {
      CHECK_NOTHROW(store.check_told());
      CHECK_NOTHROW(store.each([](const Row&) {}));
    }
  }
}

TEST_CASE("A trial that is gone from a store is missed, though no row is left to tell") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  for (const auto& [change, told] : std::vector<std::pair<std::string, std::string>>{
           {"DELETE FROM trials WHERE trial = 0", "of 3 trials it holds 2"},
           {"DELETE FROM trials WHERE trial = 2", "of 3 trials it holds 2"},
           {"DELETE FROM trials", "of 3 trials it holds 0"}}) {
    INFO(change);
    std::filesystem::remove(file);
    fill(file);
    sql(file, change);
    const Store store(file, Store::Mode::read);
    CHECK_THROWS_WITH(store.check_counted(), Contains(told));
    CHECK_THROWS_WITH(store.check_told(), Contains(told));
    CHECK_THROWS_WITH(store.each([](const Row&) {}), Contains(told));
    CHECK_THROWS_WITH(Store(file, Store::Mode::write), Contains(told));
  }
}

TEST_CASE("Rows that are gone from a store are missed, whatever table they were in") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  for (const auto& table : sealed_tables()) {
    INFO(table.name);
    std::filesystem::remove(file);
    fill(file);
    sql(file,
        fmt::format("DELETE FROM {0} WHERE sha256 = (SELECT min(sha256) FROM {0})", table.name));
    CHECK_THROWS_WITH(Store(file, Store::Mode::write),
                      Contains(file.string()) && Contains("is damaged or was changed"));
    const Store store(file, Store::Mode::read);
    const std::string name = table.name;
    if (name == "info" || name == "trials" || name == "heads") {
      CHECK_THROWS_WITH(store.check_counted(), Contains("is damaged or was changed"));
      CHECK_THROWS_WITH(store.check_told(), Contains("is damaged or was changed"));
    }
    if (name == "axes" || name == "settings") {  // out of which trials are put together
      Plan plan = a_plan();
      plan.objective = Objective{"h", "validation_loss", true};
      CHECK_THROWS_WITH(store.complete(plan), Contains("is damaged or was changed"));
    }
  }
}

TEST_CASE("A store whose version was changed is not read without its digests") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  for (const char* version : {"2", "3", "4"}) {
    std::filesystem::remove(file);
    fill(file);
    sql(file, fmt::format("PRAGMA user_version={}", version));
    for (const auto mode : {Store::Mode::read, Store::Mode::write}) {
      CHECK_THROWS_WITH(Store(file, mode),
                        Contains("sweep.sqlite is damaged: it was not made by the version"));
    }
  }
}

TEST_CASE("What is told of a store that was written anew many times is what is in it") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  fill(file);
  for (int i = 0; i < 3; ++i) {  // each opening counts every table
    Store store(file, Store::Mode::write);
    store.add(a_plan());
    store.set_info("trials", "3");
    store.set_info("new", std::to_string(i));
    store.add_rung(1, 3, 0.5);
    glia::sweep::Outcome end;
    end.trial = 0;
    end.lease = store.begin(0, 7, "host");
    end.status = Status::failed;
    end.heads["h"] = {.test_accuracy = 0.5, .json = "{}"};
    CHECK(store.finish(end));
    store.reset({Status::failed});
    store.forgive();
    store.commit();
    store.begin(2, 7, "host");  // not committed, so not counted
  }
  CHECK_NOTHROW(Store(file, Store::Mode::write));
  CHECK_NOTHROW(Store(file, Store::Mode::read).check_told());
}

TEST_CASE("A flipped bit anywhere in a store gives no other results") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  fill(file);
  const std::string whole = glia::read_file(file);
  const auto told = [](const Store& store) {
    std::string text;
    store.each([&](const Row& row) {
      text += std::to_string(row.trial) + status_name(row.status) + std::to_string(row.seed);
      for (const auto& [id, head] : row.heads) text += id + std::to_string(head.test_accuracy);
    });
    return text;
  };
  const std::string expected = told(Store(file, Store::Mode::read));
  std::size_t refused = 0, count = 0;
  for (std::size_t at = 100; at < whole.size(); at += 211) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    glia::write_file(file, bytes);
    ++count;
    try {
      const Store store(file, Store::Mode::write);
      store.require(a_plan());
      CHECK(told(store) == expected);
      CHECK(store.trials(Status::pending) == std::vector<std::size_t>{0, 2});
    } catch (const glia::Error&) {
      ++refused;
    }
    for (const char* ending : {"-wal", "-shm"}) std::filesystem::remove(file.string() + ending);
  }
  CHECK(refused > 0);
  CHECK(count > 200);
}

TEST_CASE("A store and a plan that are not of the same sweep are told apart") {
  const TempFolder folder;
  fill(folder / "sweep.sqlite");
  const Store store(folder / "sweep.sqlite", Store::Mode::write);
  CHECK_NOTHROW(store.require(a_plan()));
  Plan other = a_plan();
  other.trials[2].seed = 6;
  CHECK_THROWS_WITH(store.require(other), Contains("trial 2 differs"));
  other = a_plan();
  other.axes[0].texts[1] = "7";
  CHECK_THROWS_WITH(store.require(other), Contains("trial 1 differs"));
  other = a_plan();
  other.trials.pop_back();
  CHECK_THROWS_WITH(store.require(other), Contains("trial 2 is in the store alone"));
}

TEST_CASE("Whoever looks at a store that nobody writes leaves nothing beside it") {
  const TempFolder folder;
  const auto file = folder.path() / "sweep.sqlite";
  const auto names = [&] {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  };
  {
    Store store(file, Store::Mode::create);
    store.add(a_plan());
    store.commit();
    const Store beside(file, Store::Mode::read);  // while somebody writes, all is seen
    CHECK(beside.counts().at(Status::pending) == 3);
    const auto lease = store.begin(1, 42, "here");
    store.commit();
    const auto running = beside.latest_attempts(Status::running, 10);
    REQUIRE(running.size() == 1);
    CHECK(running[0].trial == 1);
    CHECK(running[0].pid == 42);
    CHECK(beside.latest_ends(10).empty());
    glia::sweep::Outcome outcome;
    outcome.trial = 1;
    outcome.lease = lease;
    outcome.error = "why";
    outcome.log = "a line";
    outcome.seconds = 2;
    REQUIRE(store.finish(outcome));
    store.commit();
    const auto failed = beside.latest_attempts(Status::failed, 10);
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].error == "why");
    CHECK(failed[0].log == "a line");
    REQUIRE(beside.latest_ends(10).size() == 1);
    CHECK(beside.latest_ends(10)[0] == static_cast<double>(failed[0].started + 2));
    CHECK(beside.latest_attempts(Status::failed, 0).empty());
  }
  std::filesystem::remove(file.string() + "-wal");
  std::filesystem::remove(file.string() + "-shm");
  REQUIRE(names() == 1);
  {
    const Store store(file, Store::Mode::read);
    CHECK(store.size() == 3);
    CHECK(names() == 1);
  }
  CHECK(names() == 1);
}

TEST_CASE("a store that is no regular file is refused before anybody waits for it") {
  const TempFolder folder;
  const auto file = folder / "sweep.sqlite";
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
  for (const auto mode : {Store::Mode::read, Store::Mode::write}) {
    CHECK_THROWS_WITH(Store(file, mode), Contains("is no regular file"));
  }
}

TEST_CASE("Numbers are digested by all their digits, as they were from the first version on") {
  SQLite::Database db(":memory:");
  add_row_digest(db);
  for (const double number : {0.0, -0.0, 1.0, -2.5, 0.1, 1e-310, 4.9e-324, 1.7976931348623157e308,
                              1 / 3.0, std::numeric_limits<double>::infinity()}) {
    SQLite::Statement row(db, "SELECT row_digest(?)");
    row.bind(1, number);
    row.executeStep();
    INFO(number);
    CHECK(row.getColumn(0).getString() == glia::sha256_hex(fmt::format("r{:a};", number)));
  }
}
