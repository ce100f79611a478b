// SPDX-License-Identifier: MIT
#include "sweep/protocol.hpp"

#include "catch.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <cmath>

using namespace glia::sweep;

namespace {

/// One line, and no more.
void check_line(const std::string& line) {
  REQUIRE_FALSE(line.empty());
  CHECK(line.find('\n') == line.size() - 1);
}

}  // namespace

TEST_CASE("A worker reads the greeting and the jobs that the host wrote") {
  Greeting greeting;
  greeting.file = "a \"b\".toml";
  greeting.text = "[pipeline]\nname = \"x\"\n";
  greeting.overrides = {"a.b=1", "c=\n"};
  greeting.plugin_path = {"/p"};
  greeting.cache = "/cache";
  greeting.rung_head = "h";
  greeting.rung_epochs = {1, 3, 9};
  greeting.place = 2;
  check_line(to_line(greeting));
  const auto greeted = read_greeting(to_line(greeting));
  CHECK(to_line(greeted) == to_line(greeting));
  CHECK(greeted.text == greeting.text);
  CHECK(greeted.rung_epochs == greeting.rung_epochs);
  CHECK(greeted.place == 2);

  Job job;
  job.kind = Job::Kind::share;
  job.trial = 7;
  job.lease = -3;
  job.stage = "e/encode";
  job.overrides = {"x=[1, 2]"};
  job.folder = "/f/7";
  job.cache = false;
  job.threads = 5;
  check_line(to_line(job));
  const auto read = read_job(to_line(job));
  CHECK(read.kind == Job::Kind::share);
  CHECK(read.lease == -3);
  CHECK(read.folder == job.folder);
  CHECK_FALSE(read.cache);
  CHECK(read.threads == 5);
  CHECK(to_line(read) == to_line(job));
  for (const bool answer : {true, false}) CHECK(read_go_on(to_line(answer)) == answer);
}

TEST_CASE("The host reads what a worker reports, unknown numbers and strange bytes too") {
  Report report;
  report.kind = Report::Kind::trial_ends;
  report.lease = 12;
  report.spent = true;
  report.outcome.trial = 3;
  report.outcome.status = Status::failed;
  report.outcome.heads["h"] = {0.25, std::nan(""), true, "{\"curve\":[]}"};
  report.outcome.error = "line one\nline \xff two";
  check_line(to_line(report));
  const auto read = read_report(to_line(report));
  CHECK(read.spent);
  CHECK(read.outcome.status == Status::failed);
  CHECK(read.outcome.heads.at("h").test_accuracy == 0.25);
  CHECK(std::isnan(read.outcome.heads.at("h").test_loss));
  CHECK(read.outcome.error.find("line one\nline ") == 0);
  const auto kept = parse_outcome(outcome_text(report.outcome), "F");
  CHECK(kept.trial == 3);
  CHECK(kept.heads.at("h").json == "{\"curve\":[]}");

  Report rung;
  rung.kind = Report::Kind::rung;
  rung.stage = "h/train";
  rung.epoch = 3;
  rung.epochs = 9;
  rung.accuracy = 0.1;
  const auto reached = read_report(to_line(rung));
  CHECK(reached.kind == Report::Kind::rung);
  CHECK(reached.epoch == 3);
  CHECK(reached.accuracy == 0.1);
}

TEST_CASE("What is no message is refused, and shown") {
  for (const char* line : {"", "hello\n", "{}\n", "{\"kind\":3,\"lease\":\"x\"}\n", "[1]\n"}) {
    CHECK_THROWS_AS(read_report(line), glia::Error);
    CHECK_THROWS_AS(read_job(line), glia::Error);
    CHECK_THROWS_AS(read_greeting(line), glia::Error);
    CHECK_THROWS_AS(read_go_on(line), glia::Error);
  }
  CHECK_THROWS_WITH(read_report("hello\n"), Catch::Contains("hello"));
  CHECK_THROWS_AS(parse_outcome("{\"trial\":1}", "F"), glia::Error);
}

TEST_CASE("A number that its place does not hold is refused, and not made to fit") {
  Report report;
  report.lease = 12;
  report.kind = Report::Kind::trial_ends;
  report.outcome.heads["h"] = {};
  report.outcome.attempt = 41;
  const std::string line = to_line(report);
  REQUIRE(read_report(line).outcome.attempt == 41);
  const auto with = [&](std::string from, const std::string& to) {
    std::string changed = line;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  for (const char* number : {"3.9e10", "41.0", "4100000000", "-4100000000", "1e999", "\"41\""}) {
    CHECK_THROWS_WITH(read_report(with("\"attempt\":41", fmt::format("\"attempt\":{}", number))),
                      Catch::Contains("misunderstand"));
  }
  for (const char* number : {"0.5", "-1", "7", "18446744073709551615"}) {
    CHECK_THROWS_WITH(read_report(with(fmt::format("\"kind\":{}", static_cast<int>(report.kind)),
                                       fmt::format("\"kind\":{}", number))),
                      Catch::Contains("misunderstand"));
  }
  CHECK_THROWS_WITH(read_report(with("\"lease\":12", "\"lease\":9223372036854775808")),
                    Catch::Contains("9223372036854775808 stands where a whole number"));
  CHECK_THROWS_AS(read_job("{\"kind\":0,\"trial\":-1}"), glia::Error);
}

TEST_CASE("A line that its worker has not sealed is refused, whatever it says") {
  const std::string line = to_line(Report{}), key = "mine", sealed = with_seal(line, key);
  CHECK(sealed.back() == '\n');
  const std::string whole = sealed.substr(0, sealed.size() - 1);
  CHECK(without_seal(whole, key) + '\n' == line);
  for (const std::string& other :
       {line, std::string(), std::string("7") + whole, whole + "7", whole.substr(1),
        with_seal(line, "another").substr(0, whole.size()), std::string(64, '0') + ' ' + line}) {
    CHECK_THROWS_WITH(without_seal(other, key), Catch::Contains("that is not glia's"));
  }
}

TEST_CASE("A result that a task has left is told from one that was changed since") {
  Outcome outcome;
  outcome.trial = 3;
  outcome.heads["h"] = {.test_accuracy = 0.25, .json = "{\"curve\":[]}"};
  std::string text = outcome_text(outcome);
  text.replace(text.find("0.25"), 4, "0.75");
  CHECK_THROWS_WITH(parse_outcome(text, "F"), "F: was changed since glia wrote it, or is damaged");
}
