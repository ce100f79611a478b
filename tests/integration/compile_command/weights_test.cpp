// SPDX-License-Identifier: MIT
// weights, freeze and freeze_parts of any network: what they do, and what is wrong with them.
#include "catch.hpp"
#include "support.hpp"
#include "train/safetensors.hpp"

#include <ATen/ATen.h>

#include <map>

namespace {

const std::string pipeline = xor_pipeline(
    "{ wave = \"linear\", width = 4 }, { activation = \"tanh\" }, { wave = \"linear\", width = 1 }",
    "epochs = 3, learning_rate = 0.05, optimizer = \"adamw\"");

const std::string weights = "network.layers.weights=\"first/checkpoints/neurons.safetensors\"";

std::map<std::string, at::Tensor> weights_of(const Workplace& place, const std::string& run) {
  const auto stored =
      glia::train::load_safetensors(place / (run + "/checkpoints/neurons.safetensors"));
  return {stored.tensors.begin(), stored.tensors.end()};
}

}  // namespace

TEST_CASE("a network starts from a run's weights, and parts of it stay") {
  const Workplace place;
  place.write("xor.toml", pipeline);
  REQUIRE(place.glia({"run", "xor.toml", "-q", "-o", "first"}).code == 0);
  const auto first = weights_of(place, "first");
  Outcome run =
      place.glia({"run", "xor.toml", weights, "network.layers.freeze=true", "-q", "-o", "frozen"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  for (const auto& [name, tensor] : weights_of(place, "frozen")) {
    CHECK(tensor.equal(first.at(name)));
  }
  run =
      place.glia({"run", "xor.toml", weights,
                  "network.layers.freeze_parts=[\"0.*\", \"2.linear.bias\"]", "-q", "-o", "part"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const auto part = weights_of(place, "part");
  CHECK(part.at("layers.0.linear.weight").equal(first.at("layers.0.linear.weight")));
  CHECK(part.at("layers.0.linear.bias").equal(first.at("layers.0.linear.bias")));
  CHECK(!part.at("layers.2.linear.weight").equal(first.at("layers.2.linear.weight")));
  CHECK(part.at("layers.2.linear.bias").equal(first.at("layers.2.linear.bias")));
  // A run goes on with the weights that it began with, and refuses others.
  CHECK(place
            .glia({"run", "xor.toml", weights, "network.layers.freeze=true", "-q", "-o", "frozen",
                   "--resume"})
            .code == 0);
  fs::copy_file(place / "part/checkpoints/neurons.safetensors",
                place / "first/checkpoints/neurons.safetensors",
                fs::copy_options::overwrite_existing);
  CHECK(place
            .glia({"run", "xor.toml", weights, "network.layers.freeze=true", "-q", "-o", "frozen",
                   "--resume"})
            .code == 4);
}

TEST_CASE("weights that do not fit are told at their place before anything is computed") {
  const Workplace place;
  place.write("xor.toml", pipeline);
  REQUIRE(place.glia({"run", "xor.toml", "-q", "-o", "first"}).code == 0);
  const std::string file = "weights = \"first/checkpoints/neurons.safetensors\"\n";
  const auto refused = [&](const std::string& changed, const std::string& message) {
    place.write("bad.toml", changed);
    for (const std::string command : {"validate", "run"}) {
      std::vector<std::string> arguments{command, "bad.toml"};
      if (command == "run") arguments.insert(arguments.end(), {"-q", "-o", "out"});
      const Outcome outcome = place.glia(arguments);
      INFO(command << outcome.err);
      CHECK(outcome.code == 2);
      CHECK(has(outcome.err, message));
      CHECK(!fs::exists(place / "out"));
    }
  };
  const auto with = [](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string input = "input = \"inputs\"\n";
  refused(with(pipeline, input, input + "weights = \"nowhere.safetensors\"\n"), "bad.toml:10:11");
  const std::string loaded = with(pipeline, input, input + file);
  refused(with(loaded, "width = 4", "width = 5"),
          "tensor '0.linear.weight' is [8], but the network's is [10]");
  refused(with(loaded, "pattern = [", "pattern = [{ wave = \"slide\" }, "),
          "has no tensor '0.slide.weight'");
  refused(with(pipeline, input, input + "freeze_parts = [\"9.*\"]\n"),
          "network 'layers' has no parameter '9.*' to freeze");
  refused(with(pipeline, input, input + "freeze_parts = [\"copies\"]\n"),
          "there are no weights that say what the copies are");
  refused(with(loaded, input, input + "freeze = true\nfreeze_parts = [\"0.*\"]\n"),
          "freeze = true leaves nothing for 'freeze_parts' to say");
  refused(with(pipeline, "input = \"layers\"\n", "input = \"layers\"\nfreeze = true\n"),
          "head 'neurons' has no parameters");
}
