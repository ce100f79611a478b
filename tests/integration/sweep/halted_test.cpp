// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

using namespace std::chrono_literals;

TEST_CASE("Time in which the user has halted a sweep, or its workers, counts against no limit") {
  const Workplace place;
  // A trial takes two seconds of the four that it may.
  Running sweep(place, {"sweep", "toy.toml", x_axis + "=0,1,2", "-j", "1", "-o", "out", "--timeout",
                        "4s", "--retries", "0", "network.net.pattern.trouble.delay=160"});
  const auto running = [&](std::size_t done) {
    return sweep.until([&] {
      return count_of(place, "out", "ok") == done && count_of(place, "out", "running") == 1;
    });
  };
  const auto halt = [&](bool host, bool worker) {
    const auto workers = workers_of(sweep.pid());
    REQUIRE(workers.size() == 1);
    for (const int number : {SIGSTOP, SIGCONT}) {
      if (worker) ::kill(workers[0], number);
      if (host) sweep.signal(number);
      if (number == SIGSTOP) std::this_thread::sleep_for(5s);
    }
  };
  REQUIRE(running(0));
  halt(true, true);
  REQUIRE(running(1));
  halt(false, true);
  REQUIRE(running(2));
  halt(true, false);
  const auto done = sweep.wait();
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(done.err.find("it is run again") == std::string::npos);
  for (const auto& trial : place.trials("out")) CHECK(trial.at("status") == "ok");
  CHECK(children_of(sweep.pid()).empty());
}
