// SPDX-License-Identifier: MIT
// Encoders that outlive a run: named by file, or kept the same by a seed of their own.
#include "catch.hpp"
#include "support.hpp"

#include <map>

namespace {

/// Keys of the stages of a dry run.
std::map<std::string, std::string> keys(const Workplace& place, std::vector<std::string> args) {
  args.insert(args.begin(), {"run", "small.toml", "-n", "--json"});
  const Outcome outcome = place.glia(args);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  std::map<std::string, std::string> all;
  const json plan = json::parse(outcome.out);
  for (const auto& stage : plan.at("stages")) all[stage.at("stage")] = stage.at("key");
  return all;
}

const std::string weights = "encoder.latent.weights=\"first/checkpoints/latent.safetensors\"";

}  // namespace

TEST_CASE("a trained encoder is named by file, and gives the numbers of the run that made it") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "first"}).code == 0);
  const Outcome again = place.glia({"run", "small.toml", weights, "-o", "again"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  CHECK(again.err.find("latent/train") == std::string::npos);
  CHECK(place.heads("again") == place.heads("first"));
  CHECK(place.names_in("again/checkpoints") ==
        "astrocytes.safetensors latent.safetensors neurons.safetensors");
  fs::copy_file(place / "again/resolved.toml", place / "resolved.toml");
  CHECK(keys(place, {weights}).count("latent/train") == 0);
  CHECK(place.read("resolved.toml").find("weights = \"first/checkpoints/latent.safetensors\"") !=
        std::string::npos);

  const auto before = keys(place, {weights});
  fs::copy_file(place / "again/checkpoints/neurons.safetensors",
                place / "first/checkpoints/latent.safetensors",
                fs::copy_options::overwrite_existing);
  CHECK(keys(place, {weights}).at("astrocytes/train") != before.at("astrocytes/train"));
  const Outcome foreign = place.glia({"run", "small.toml", weights, "-o", "foreign"});
  CHECK(foreign.code == 2);
  CHECK(foreign.err.find("weights of encoder 'latent': first/checkpoints/latent.safetensors has no "
                         "tensor 'encoder.hidden.weight'") != std::string::npos);
  CHECK(foreign.err.find("use the checkpoint of a 'vae'") != std::string::npos);
}

TEST_CASE("weights that do not fit are refused with both shapes") {
  const Workplace place;
  REQUIRE(place
              .glia({"run", "small.toml", "-q", "-o", "first", "encoder.latent.train.epochs=1",
                     "head.astrocytes.train.epochs=1", "head.neurons.train.epochs=1"})
              .code == 0);
  const Outcome other =
      place.glia({"run", "small.toml", weights, "encoder.latent.hidden=300", "-o", "other"});
  CHECK(other.code == 2);
  CHECK(other.err.find("tensor 'encoder.hidden.weight' is [784, 400], but the encoder's is "
                       "[784, 300]") != std::string::npos);
  const Outcome missing = place.glia({"run", "small.toml", "encoder.latent.weights=\"no/file\""});
  CHECK(missing.code == 2);
  CHECK(missing.err.find("argument 'encoder.latent.weights=\"no/file\"': error: weights of encoder "
                         "'latent': ") != std::string::npos);
  const auto before = place.glia({"validate", "small.toml", "encoder.latent.weights=no/file"});
  CHECK(before.code == 2);
  CHECK(before.err.find("weights of encoder 'latent': there is no file no/file") !=
        std::string::npos);
}

TEST_CASE("an encoder with a seed of its own stays the same while the pipeline's seed changes") {
  const Workplace place;
  const auto first = keys(place, {"encoder.latent.seed=3"});
  const auto second = keys(place, {"encoder.latent.seed=3", "pipeline.seed=4"});
  CHECK(first == keys(place, {}));  // small.toml has seed 3
  CHECK(first.at("latent/encode") == second.at("latent/encode"));
  CHECK(first.at("astrocytes/train") != second.at("astrocytes/train"));
  CHECK(first.at("latent/train") != keys(place, {"pipeline.seed=4"}).at("latent/train"));
}

TEST_CASE("testing may hear the mean where training hears samples") {
  const Workplace place;
  const std::vector<std::string> quick{"-q", "head.astrocytes.train.epochs=1",
                                       "encoder.latent.train.epochs=1"};
  const auto run = [&](const std::string& name, std::vector<std::string> more) {
    more.insert(more.begin(), {"run", "small.toml", "-o", name});
    more.insert(more.end(), quick.begin(), quick.end());
    REQUIRE(place.glia(more).code == 0);
    return place.results(name).at("heads").at("astrocytes").at("curve").at(0);
  };
  const json sample = run("sample", {});
  const json tested_on_mean = run("mixed", {"encoder.latent.test_latent=mean"});
  const json mean = run("mean", {"encoder.latent.latent=mean"});
  CHECK(tested_on_mean.at("train_loss") == sample.at("train_loss"));
  CHECK(tested_on_mean.at("test_loss") != sample.at("test_loss"));
  CHECK(mean.at("train_loss") != sample.at("train_loss"));
}

TEST_CASE("without shuffling, samples are visited as they stand") {
  const Workplace place;
  const auto shuffled = keys(place, {}), still = keys(place, {"head.neurons.train.shuffle=false"});
  CHECK(shuffled.at("neurons/train") != still.at("neurons/train"));
  CHECK(shuffled.at("astrocytes/train") == still.at("astrocytes/train"));
}
