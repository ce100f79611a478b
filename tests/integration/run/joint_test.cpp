// SPDX-License-Identifier: MIT
// Joint training: heads follow an encoder that still learns, and leave no trace in it.
#include "catch.hpp"
#include "support.hpp"

#include <cstdint>
#include <cstring>

namespace {

const std::string joint = "encoder.latent.mode=joint";

const std::string joint_pipeline =
    with(small_pipeline, "z_features = 20", "z_features = 20\nmode = \"joint\"");

/// Long enough that a run cannot end between its first checkpoint and a signal.
const std::string long_joint_pipeline = [] {
  std::string text = joint_pipeline;
  for (const std::string end : {", learning_rate = 1e-3", ", learning_rate = 4e-3"}) {
    for (std::size_t at; (at = text.find("epochs = 2" + end)) != std::string::npos;) {
      text.replace(at, 10, "epochs = 40");
    }
  }
  return text;
}();

/// The numbers in a safetensors file, without its header, which tells the time too.
std::string tensors_in(const std::string& file) {
  std::uint64_t header = 0;
  std::memcpy(&header, file.data(), sizeof header);
  return file.substr(sizeof header + header);
}

}  // namespace

TEST_CASE("heads trained jointly follow the encoder and do not touch it") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "alone"}).code == 0);
  const Outcome together = place.glia({"run", "small.toml", joint, "-o", "together"});
  INFO(together.err);
  REQUIRE(together.code == 0);
  const json alone = place.results("alone"), both = place.results("together");
  // One path of the encoder, whether heads read it or not.
  CHECK(both.at("encoders") == alone.at("encoders"));
  CHECK(place.names_in("together/checkpoints") ==
        "astrocytes.safetensors latent.safetensors neurons.safetensors");
  // The first epoch of a head hears an encoder of one epoch.
  REQUIRE(place.glia({"run", "small.toml", "encoder.latent.train.epochs=1", "-q", "-o", "first"})
              .code == 0);
  const json first = place.results("first");
  for (const std::string head : {"astrocytes", "neurons"}) {
    const auto curve = [&](const json& run) { return run.at("heads").at(head).at("curve"); };
    CHECK(curve(both).at(0) == curve(first).at(0));
    CHECK(curve(both).at(1) != curve(first).at(1));
    CHECK(curve(both).at(0) != curve(alone).at(0));
  }
  // The same numbers on any number of threads.
  REQUIRE(place.glia({"run", "small.toml", joint, "-q", "--threads", "3", "-o", "threads"}).code ==
          0);
  CHECK(place.heads("threads") == place.heads("together"));
  // What is left of the encoder is the one of the last epoch.
  REQUIRE(place
              .glia({"run", "small.toml",
                     "encoder.latent.weights=together/checkpoints/latent.safetensors", "-q", "-o",
                     "given"})
              .code == 0);
  CHECK(place.heads("given") == place.heads("alone"));
  // A complete run: nothing is trained again.
  REQUIRE(place.glia({"run", "small.toml", joint, "-o", "together", "--resume"}).code == 0);
  CHECK(place.heads("together") == place.heads("threads"));
  for (const std::string stage : {"latent/train", "astrocytes/train", "neurons/train"}) {
    CHECK(place.results("together").at("stages").at(stage).at("reused") == true);
  }
}

TEST_CASE("joint training that is stopped or killed goes on to the same numbers") {
  const Workplace place(long_joint_pipeline);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "whole"}).code == 0);
  const auto resume = [&] { return place.glia({"run", "small.toml", "-o", "run", "--resume"}); };
  for (const int signal : {SIGTERM, SIGKILL}) {
    fs::remove_all(place / "run");
    Running run(place, "run small.toml -o run");
    REQUIRE(run.halt_when_written("run/checkpoints/latent.safetensors"));
    run.signal(signal);
    run.signal(SIGCONT);
    CHECK(run.wait().code == (signal == SIGTERM ? 75 : 128 + SIGKILL));
    if (signal == SIGTERM) {
      // An encoder whose past is lost is of no use to heads, and is trained again.
      fs::copy(place / "run", place / "lost", fs::copy_options::recursive);
      REQUIRE(fs::remove(place / "lost/checkpoints/latent.epochs"));
      REQUIRE(place.glia({"run", "small.toml", "-o", "lost", "--resume"}).code == 0);
      CHECK(place.heads("lost") == place.heads("whole"));
    }

    // On, and then halted in a head.
    Running second(place, "run small.toml -o run --resume");
    REQUIRE(second.halt_when_written("run/checkpoints/neurons.safetensors"));
    second.signal(signal);
    second.signal(SIGCONT);
    second.wait();
    const Outcome finished = resume();
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(place.heads("run") == place.heads("whole"));
    CHECK(place.results("run").at("encoders") == place.results("whole").at("encoders"));
    // A kill may leave a half-written file behind, but nobody needs the epochs any more.
    CHECK(place.names_in("run/checkpoints").find("latent.epochs") == std::string::npos);
  }
}

TEST_CASE("heads of other runs follow a joint encoder from the cache") {
  const Workplace place(joint_pipeline);
  const auto run = [&](const std::string& folder, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"run", "small.toml", "-q", "-o", folder, "--cache-dir", "cache"};
    all.insert(all.end(), more.begin(), more.end());
    REQUIRE(place.glia(all).code == 0);
    return place.results(folder).at("stages").at("latent/train").at("reused").get<bool>();
  };
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "plain"}).code == 0);
  CHECK_FALSE(run("first"));
  CHECK(run("second"));
  CHECK(run("other", {"head.neurons.train.learning_rate=1e-3"}));
  CHECK_FALSE(run("mode", {"encoder.latent.mode=pretrained"}));
  CHECK_FALSE(run("seed", {"pipeline.seed=8"}));
  for (const std::string folder : {"first", "second"}) {
    CHECK(place.heads(folder) == place.heads("plain"));
    CHECK(place.results(folder).at("encoders") == place.results("plain").at("encoders"));
    CHECK(tensors_in(place.read(folder + "/checkpoints/latent.safetensors")) ==
          tensors_in(place.read("plain/checkpoints/latent.safetensors")));
  }
  CHECK(place.results("other").at("heads").at("astrocytes") ==
        place.results("plain").at("heads").at("astrocytes"));
}

TEST_CASE("what cannot be trained jointly is refused in plain words") {
  const Workplace place;
  const auto refused = [&](std::vector<std::string> changes) {
    std::vector<std::string> all{"validate", "small.toml"};
    all.insert(all.end(), changes.begin(), changes.end());
    const Outcome outcome = place.glia(all);
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  CHECK(
      refused({joint, "head.neurons.train.epochs=1"}) ==
      "small.toml:31:7: error: head 'neurons' trains for 1 epoch, but the encoder 'latent', "
      "trained jointly with it, for 2 epochs\n"
      "  hint: in joint training every epoch of the encoder is followed by one of each head: give "
      "both the same train.epochs\n");
  CHECK(refused({joint, "encoder.latent.weights=x.safetensors"}) ==
        "argument 'encoder.latent.mode=joint': error: encoder 'latent' cannot be trained jointly: "
        "its "
        "weights are given (argument 'encoder.latent.weights=x.safetensors')\n"
        "  hint: leave out mode = \"joint\", or 'weights' to train it\n");
  place.write("small.toml",
              with(joint_pipeline, "plugin = \"vae\"", "plugin = \"gaussian_projection\""));
  CHECK(refused({"encoder.latent.train.epochs=2"}) ==
        "small.toml:15:8: error: encoder 'latent' cannot be trained jointly: a "
        "'gaussian_projection' learns nothing\n"
        "  hint: leave out mode = \"joint\"\n");
}
