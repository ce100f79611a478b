// SPDX-License-Identifier: MIT
// What stands in a file and does nothing: told by `glia validate`.
#include "catch.hpp"
#include "support.hpp"

using Catch::Matchers::Contains;

namespace {

const std::string projected =
    with(with(small_pipeline, "plugin = \"vae\"", "plugin = \"pca\""),
         "train = { epochs = 2, learning_rate = 1e-3, batch_size = 64 }\n\n[network.matrix]",
         "train = { epochs = 2 }\n\n[network.matrix]");

}  // namespace

TEST_CASE("an activation that is left out behind the last wave is told at its place") {
  const Workplace place;
  const auto told = [&](const std::string& pattern) {
    place.write("small.toml", with(small_pipeline,
                                   "pattern = [{ wave = \"linear\", width = 20 }, { activation = "
                                   "\"softmax\" }, { wave = \"linear\", width = 10 }]",
                                   pattern));
    const Outcome outcome = place.glia({"validate", "small.toml"});
    INFO(outcome.out << outcome.err);
    CHECK(outcome.code == 0);
    CHECK((outcome.out.find("; 1 warning)") == std::string::npos) == outcome.err.empty());
    return outcome.err;
  };
  const std::string wave = "{ wave = \"linear\", width = 10 }", phi = "{ activation = \"tanh\" }";
  const std::string line = "pattern = [" + wave + ", " + phi + "]";
  CHECK(
      told(line) ==
      "small.toml:24:45: warning: activation 'tanh' comes after the last wave of network 'layers' "
      "and is left out: what reads the row hears what the wave left\n"
      "  hint: to keep it, write keep_last_activation = true in [network.layers]; else leave it "
      "out\n");
  CHECK(told("keep_last_activation = true\n" + line).empty());
  // Between the passes it acts, though not behind the last one: as in 'matrix' beside it.
  CHECK(told("repeat = 3\n" + line).empty());
  CHECK(told("pattern = [{ repeat = 2, " + line + " }]").empty());
  CHECK(told("skip = true\n" + line).empty());           // what is added behind it hears it
  CHECK_FALSE(told("narrow_to = 10\n" + line).empty());  // one pass
  // One that acts elsewhere in the network is still left out here.
  CHECK_THAT(told("pattern = [" + wave + ", " + phi + ", " + wave + ", " + phi + "]"),
             Contains("small.toml:24:103: warning: activation 'tanh'"));
}

TEST_CASE("a device that is not here is no mistake of the file, and is told") {
  const Workplace place;
  const Outcome outcome =
      place.glia({"validate", "small.toml", "head.neurons.train.device=cuda:63"});
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("argument 'head.neurons.train.device=cuda:63': warning: ") &&
                              Contains("this machine has") && Contains("\n  hint: "));
  CHECK_THAT(outcome.out, Contains("small.toml: ok (") && Contains("; 1 warning)"));
  CHECK(place.glia({"run", "small.toml", "head.neurons.train.device=cuda:63", "-o", "run"}).code ==
        2);
}

TEST_CASE("'train' of an encoder that is not trained by steps is told where it stands") {
  const Workplace place(projected);
  const Outcome outcome = place.glia({"validate", "small.toml"});
  CHECK(outcome.code == 0);
  CHECK(
      outcome.err ==
      "small.toml:15:1: warning: 'train' does nothing in encoder 'latent': a 'pca' is not trained "
      "by steps\n  hint: leave it out\n");
  place.write("small.toml", with(projected, "train = { epochs = 2 }\n", ""));
  CHECK(place.glia({"validate", "small.toml"}).err.empty());
  CHECK_THAT(place.glia({"validate", "small.toml", "encoder.latent.train.epochs=3"}).err,
             Contains("'train' does nothing"));
}
