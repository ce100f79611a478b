// SPDX-License-Identifier: MIT
// Encoders that are fitted to the training samples, and tensors that are saved but not trained.
#include "catch.hpp"
#include "integration/run/support.hpp"

namespace {

std::string with_encoder(const std::string& plugin) {
  return with(small_pipeline, "plugin = \"vae\"", "plugin = \"" + plugin + '"');
}

const std::string weights = "encoder.latent.weights=\"first/checkpoints/latent.safetensors\"";
const std::string all_checkpoints = "astrocytes.safetensors latent.safetensors neurons.safetensors";

}  // namespace

TEST_CASE("an encoder is fitted once, whatever the threads, and leaves what it found") {
  const Workplace place(with_encoder("pca"));
  const Outcome first = place.glia({"run", "small.toml", "-o", "first"});
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(first.err.find("latent/fit: done in") != std::string::npos);
  CHECK(first.err.find("latent/train") == std::string::npos);
  CHECK(place.names_in("first/checkpoints") == all_checkpoints);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "three", "--threads", "3"}).code == 0);
  CHECK(place.heads("three") == place.heads("first"));
  CHECK(place.read("three/checkpoints/latent.safetensors") ==
        place.read("first/checkpoints/latent.safetensors"));

  const Outcome resumed = place.glia({"run", "small.toml", "-o", "first", "--resume"});
  INFO(resumed.err);
  REQUIRE(resumed.code == 0);
  CHECK(resumed.err.find("latent/fit: taken from the checkpoint") != std::string::npos);
  CHECK(place.heads("first") == place.heads("three"));

  const Outcome again = place.glia({"run", "small.toml", weights, "-o", "again"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  CHECK(again.err.find("latent/fit") == std::string::npos);
  CHECK(place.heads("again") == place.heads("first"));
}

TEST_CASE("a fitted encoder comes out of the cache, and follows from the samples that train") {
  const Workplace place(with_encoder("pca"));
  const std::map<std::string, std::string> cached{{"GLIA_CACHE_DIR", (place / "cache").string()}};
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "first"}, cached).code == 0);
  const Outcome again = place.glia({"run", "small.toml", "-o", "again"}, cached);
  REQUIRE(again.code == 0);
  CHECK(again.err.find("latent/fit: taken from the cache") != std::string::npos);
  CHECK(place.heads("again") == place.heads("first"));
  CHECK(place.names_in("again/checkpoints") == all_checkpoints);
  CHECK(place.read("again/checkpoints/latent.safetensors") ==
        place.read("first/checkpoints/latent.safetensors"));

  // Of other samples other components are found; the seed has no part in it.
  const auto fitted = [&](const std::string& setting, const std::string& name) {
    REQUIRE(place.glia({"run", "small.toml", setting, "-q", "-o", name}).code == 0);
    const auto file = place.read(name + "/checkpoints/latent.safetensors");
    return file.substr(file.size() - 20 * 4);  // the variances, which come last
  };
  const auto first = fitted("pipeline.seed=3", "a");
  CHECK(fitted("encoder.latent.seed=8", "b") == first);
  CHECK(fitted("dataset.clothing.validation=0.2", "c") != first);
}

TEST_CASE("the matrix of a random projection is saved, and makes the same encoder elsewhere") {
  const Workplace place(with_encoder("gaussian_projection"));
  const Outcome first = place.glia({"run", "small.toml", "-q", "-o", "first"});
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(place.names_in("first/checkpoints") == all_checkpoints);
  CHECK(place.read("first/checkpoints/latent.safetensors").find("\"matrix\"") != std::string::npos);
  const Outcome other =
      place.glia({"run", "small.toml", "encoder.latent.seed=77", "-q", "-o", "other"});
  REQUIRE(other.code == 0);
  CHECK(place.heads("other") != place.heads("first"));
  const Outcome named =
      place.glia({"run", "small.toml", "encoder.latent.seed=77", weights, "-q", "-o", "named"});
  INFO(named.err);
  REQUIRE(named.code == 0);
  CHECK(place.heads("named") == place.heads("first"));
}
