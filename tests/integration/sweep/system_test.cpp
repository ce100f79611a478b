// SPDX-License-Identifier: MIT
// Limits of the system and signals of those who run it.
#include "catch.hpp"
#include "support.hpp"

using Catch::Matchers::Contains;

TEST_CASE("A limit for the size of files is told for what it is, and loses nothing") {
  const Workplace place;
  const std::string command = program + " sweep toy.toml --seeds 60 -j 1 -q -o out";
  const auto full =
      run_command({"sh", "-c", "ulimit -f 300; exec " + command}, place.environment(), place.cwd());
  INFO(full.err);
  CHECK(full.code == 1);
  CHECK_THAT(full.err, Contains("File too large") &&
                           Contains("the limit for the size of a file is reached: raise it with "
                                    "ulimit -f, then go on"));
  const auto resumed = place.glia({"resume", "out", "-j", "1", "-q"});
  INFO(resumed.err);
  CHECK(resumed.code == 0);
  CHECK(place.trials("out").size() == 60);
}

TEST_CASE("A sweep that batch systems warn, or whose time is up, can be gone on with") {
  const Workplace place;
  for (const int number : {SIGUSR1, SIGUSR2, SIGXCPU}) {
    const std::string out = "out" + std::to_string(number);
    Running sweep(place, {"sweep", "toy.toml", "--seeds", "3", "-j", "1", "-q", "-o", out,
                          "network.net.pattern.trouble.delay=300"});
    REQUIRE(sweep.until([&] { return place.has(out) && count_of(place, out, "running") > 0; }));
    sweep.signal(number);
    const auto stopped = sweep.wait();
    INFO(number << ": " << stopped.err);
    CHECK(stopped.code == 75);
    CHECK_THAT(stopped.err, Contains("go on with: glia resume " + out));
    CHECK((stopped.err.find("the limit of processor time is reached: ulimit -t") !=
           std::string::npos) == (number == SIGXCPU));
  }
}
