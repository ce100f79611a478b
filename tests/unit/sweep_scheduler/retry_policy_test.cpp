// SPDX-License-Identifier: MIT
#include "sweep/retry_policy.hpp"

#include "catch.hpp"

using namespace glia::sweep;
using namespace std::chrono_literals;
using Kind = NextStep::Kind;

TEST_CASE("What has its result is finished, and what failed by itself is not tried again") {
  for (const bool stopping : {false, true}) {
    CHECK(next_step(AttemptEnd::done, {9, 99}, {}, stopping).kind == Kind::finish);
    CHECK(next_step(AttemptEnd::error, {}, {}, stopping).kind == Kind::fail);
  }
  CHECK(next_step(AttemptEnd::error, {}, {1, 20, true}, false).kind == Kind::stop);
  CHECK(next_step(AttemptEnd::error, {}, {1, 20, true}, true).kind == Kind::fail);
}

TEST_CASE("A crash is tried again so often, after longer and longer waits") {
  const RetryLimits limits{12, 20, false};
  Tally tally;
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 12; ++i) {
    const auto next = next_step(AttemptEnd::crash, tally, limits, false);
    REQUIRE(next.kind == Kind::retry);
    waits.push_back(next.wait.count());
    tally = next.tally;
  }
  CHECK(waits == std::vector<std::int64_t>{1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000,
                                           60000, 60000, 60000, 60000});
  CHECK(tally.crashes == 12);
  CHECK(tally.losses == 0);
  CHECK(next_step(AttemptEnd::crash, tally, limits, false).kind == Kind::fail);
  CHECK(next_step(AttemptEnd::crash, tally, {12, 20, true}, false).kind == Kind::stop);
  CHECK(next_step(AttemptEnd::crash, {}, {0, 20, false}, false).kind == Kind::fail);
}

TEST_CASE("What is lost from outside costs no retry, but not for ever") {
  for (const auto end : {AttemptEnd::lost, AttemptEnd::interrupted}) {
    Tally tally;
    for (int i = 0; i < 20; ++i) {
      const auto next = next_step(end, tally, {0, 20, false}, false);
      REQUIRE(next.kind == Kind::retry);
      CHECK(next.wait == 100ms);
      tally = next.tally;
    }
    CHECK(tally.crashes == 0);
    CHECK(next_step(end, tally, {0, 20, false}, false).kind == Kind::fail);
  }
}

TEST_CASE("A sweep that stops gives back what has not ended, and counts nothing") {
  for (const auto end : {AttemptEnd::crash, AttemptEnd::lost, AttemptEnd::interrupted}) {
    const auto next = next_step(end, {1, 20}, {0, 20, true}, true);
    CHECK(next.kind == Kind::give_back);
    CHECK(next.tally.crashes == 1);
    CHECK(next.tally.losses == 20);
  }
}

TEST_CASE("What somebody else computes is looked at again for as long as it takes") {
  const auto next = next_step(AttemptEnd::busy, {1, 20}, {0, 0, true}, false);
  CHECK(next.kind == Kind::retry);
  CHECK(next.wait == 500ms);
  CHECK(next.tally.losses == 20);
}
