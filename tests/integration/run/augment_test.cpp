// SPDX-License-Identifier: MIT
// Augmented clothes on their way through a VAE to two heads.
#include "catch.hpp"
#include "support.hpp"

namespace {

const std::string chain =
    "augment = [{ augmentation = \"shift\", most = 2 }, { augmentation = \"flip\" }, "
    "{ augmentation = \"noise\", deviation = 0.1, low = 0, high = 1 }]\n";

const std::string augmented =
    with(small_pipeline, "test_limit = 200\n", "test_limit = 200\nvalidation = 100\n" + chain);

const std::string plain =
    with(small_pipeline, "test_limit = 200\n", "test_limit = 200\nvalidation = 100\n");

}  // namespace

TEST_CASE("augmented training has its own numbers, on any threads and with the cache") {
  const Workplace place(augmented);
  place.write("plain.toml", plain);
  REQUIRE(place.glia({"run", "plain.toml", "-q", "-o", "plain"}).code == 0);
  const Outcome first = place.glia({"run", "small.toml", "-o", "one", "--threads", "1"});
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(place.heads("one") != place.heads("plain"));
  CHECK(place.results("one").at("encoders") != place.results("plain").at("encoders"));
  for (const std::string threads : {"2", "3"}) {
    REQUIRE(
        place.glia({"run", "small.toml", "-q", "-o", "t" + threads, "--threads", threads}).code ==
        0);
    CHECK(place.heads("t" + threads) == place.heads("one"));
  }
  // From the cache, where the encoder is not trained again; what is evaluated is not augmented.
  const std::map<std::string, std::string> cached{{"GLIA_CACHE_DIR", place.cwd() + "/cache"}};
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "cold"}, cached).code == 0);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "warm"}, cached).code == 0);
  CHECK(place.results("warm").at("stages").at("latent/encode").at("reused") == true);
  CHECK(place.heads("cold") == place.heads("one"));
  CHECK(place.heads("warm") == place.heads("one"));
  const Outcome again = place.glia({"evaluate", "one", "--json"});
  REQUIRE(again.code == 0);
  for (const std::string head : {"astrocytes", "neurons"}) {
    CHECK(json::parse(again.out).at("heads").at(head).at("test_accuracy") ==
          place.results("one").at("heads").at(head).at("test_accuracy"));
  }
}

TEST_CASE(
    "a sweep's worker comes to the numbers of a run, and a given encoder to those of its own") {
  const Workplace place(augmented);
  const std::map<std::string, std::string> cached{{"GLIA_CACHE_DIR", place.cwd() + "/cache"}};
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  for (const std::string name : {"cold", "warm"}) {
    const Outcome sweep = place.glia(
        {"sweep", "small.toml", "-q", "-o", name, "-j", "1", "dataset.clothing.augment.0.most=2,3"},
        cached);
    INFO(sweep.err);
    REQUIRE(sweep.code == 0);
    const json trials = place.results(name).at("trials");
    REQUIRE(trials.size() == 2);
    const auto loss = [](const json& heads) { return heads.at("neurons").at("test_loss"); };
    CHECK(loss(trials[0].at("heads")) == loss(place.results("run").at("heads")));
    CHECK(loss(trials[1].at("heads")) != loss(place.results("run").at("heads")));
  }
  REQUIRE(
      place
          .glia({"run", "small.toml", "encoder.latent.weights=run/checkpoints/latent.safetensors",
                 "-q", "-o", "given"})
          .code == 0);
  CHECK(place.heads("given") == place.heads("run"));
}

TEST_CASE("joint training hears each epoch's samples, and a run that is stopped goes on") {
  const std::string joint = with(augmented, "z_features = 20", "z_features = 20\nmode = \"joint\"");
  const Workplace place(joint);
  place.write("plain.toml", with(plain, "z_features = 20", "z_features = 20\nmode = \"joint\""));
  REQUIRE(place.glia({"run", "plain.toml", "-q", "-o", "plain"}).code == 0);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "one", "--threads", "1"}).code == 0);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "three", "--threads", "3"}).code == 0);
  CHECK(place.heads("one") == place.heads("three"));
  CHECK(place.heads("one") != place.heads("plain"));

  place.write("long.toml", with(augmented, "input = \"matrix\"\ntrain = { epochs = 2",
                                "input = \"matrix\"\ntrain = { epochs = 40"));
  REQUIRE(place.glia({"run", "long.toml", "-q", "-o", "whole"}).code == 0);
  Running run(place, "run long.toml -q -o run --threads 2");
  REQUIRE(run.halt_when([&] {
    return fs::exists(place / "run/log.txt") &&
           place.read("run/log.txt").find("astrocytes/train: epoch 2/40") != std::string::npos;
  }));
  run.signal(SIGTERM);
  run.signal(SIGCONT);
  CHECK(run.wait().code == 75);
  REQUIRE(place.glia({"resume", "run", "-q"}).code == 0);
  CHECK(place.heads("run") == place.heads("whole"));
}

TEST_CASE("augmentation that leads out of what an encoder takes is an error that says what to do") {
  const Workplace place(with(augmented, ", low = 0, high = 1", ""));
  const Outcome out = place.glia({"run", "small.toml", "-q", "-o", "out"});
  CHECK(out.code == 1);
  INFO(out.err);
  CHECK(out.err.find("once it is augmented; the encoder takes inputs in [0, 1]") !=
        std::string::npos);
  CHECK(out.err.find("noise has low = 0 and high = 1") != std::string::npos);
}
