// SPDX-License-Identifier: MIT
// One file and one seed give one result, on any number of threads.
#include "catch.hpp"
#include "support.hpp"

TEST_CASE("the numbers do not depend on the threads, and a second run repeats them") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "first", "--threads", "1"}).code == 0);
  const std::string heads = place.heads("first");
  CHECK(heads.find("\"astrocytes\"") != std::string::npos);
  CHECK(heads.find("\"neurons\"") != std::string::npos);
  for (const std::string threads : {"1", "2", "3", "7"}) {
    INFO("threads: " << threads);
    const std::string out = "threads-" + threads;
    REQUIRE(place.glia({"run", "small.toml", "-q", "-o", out, "--threads", threads}).code == 0);
    CHECK(place.heads(out) == heads);
    CHECK(place.results(out).at("encoders") == place.results("first").at("encoders"));
  }
}

TEST_CASE("another seed gives other numbers") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "a"}).code == 0);
  REQUIRE(place.glia({"run", "small.toml", "pipeline.seed=4", "-q", "-o", "b"}).code == 0);
  const json a = place.results("a"), b = place.results("b");
  CHECK(a.at("seed") == 3);
  CHECK(b.at("seed") == 4);
  for (const std::string head : {"astrocytes", "neurons"}) {
    INFO(head);
    CHECK(a.at("heads").at(head).at("test_loss") != b.at("heads").at(head).at("test_loss"));
  }
  CHECK(a.at("encoders") != b.at("encoders"));
}
