// SPDX-License-Identifier: MIT
// Runs that share a cache: what one has computed, the next one finds.
#include "catch.hpp"
#include "support.hpp"

namespace {

/// Runs with the cache in the workplace.
Outcome run(const Workplace& place, const std::string& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"run", "small.toml", "-o", folder, "--cache-dir", "cache"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return place.glia(arguments);
}

bool reused(const Workplace& place, const std::string& folder, const std::string& stage) {
  return place.results(folder).at("stages").at(stage).at("reused");
}

std::string first_in(const Workplace& place, const std::string& folder) {
  return fs::directory_iterator(place / folder)->path().string();
}

}  // namespace

TEST_CASE("A run takes trained encoders and latents from the cache, and gets the same numbers") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-o", "plain"}).code == 0);
  CHECK_FALSE(fs::exists(place / "cache"));
  REQUIRE(run(place, "first").code == 0);
  CHECK_FALSE(reused(place, "first", "latent/train"));
  CHECK_FALSE(reused(place, "first", "latent/encode"));
  REQUIRE(run(place, "second").code == 0);
  CHECK(reused(place, "second", "latent/train"));
  CHECK(reused(place, "second", "latent/encode"));
  CHECK_FALSE(reused(place, "second", "neurons/train"));
  CHECK(place.heads("first") == place.heads("plain"));
  CHECK(place.heads("second") == place.heads("plain"));
  CHECK(place.results("second").at("encoders") == place.results("plain").at("encoders"));
  CHECK(place.names_in("second/checkpoints") == place.names_in("plain/checkpoints"));

  REQUIRE(run(place, "apart", {"--no-cache"}).code == 0);
  CHECK_FALSE(reused(place, "apart", "latent/train"));
  REQUIRE(run(place, "seed", {"pipeline.seed=4"}).code == 0);
  CHECK_FALSE(reused(place, "seed", "latent/train"));
  REQUIRE(run(place, "head", {"head.neurons.train.epochs=1"}).code == 0);
  CHECK(reused(place, "head", "latent/train"));
}

TEST_CASE("Other data under the same name are another result") {
  const Workplace place(
      with(small_pipeline, "path = \"/usr/share/datasets/fashion-mnist\"", "path = \"data\""));
  fs::copy(fashion, place / "data");
  REQUIRE(run(place, "first").code == 0);
  const auto labels = place / "data/t10k-labels-idx1-ubyte.gz";
  fs::copy_file(place / "data/train-labels-idx1-ubyte.gz", labels,
                fs::copy_options::overwrite_existing);
  fs::copy_file(place / "data/train-images-idx3-ubyte.gz", place / "data/t10k-images-idx3-ubyte.gz",
                fs::copy_options::overwrite_existing);
  REQUIRE(run(place, "second").code == 0);
  CHECK_FALSE(reused(place, "second", "latent/train"));
  CHECK_FALSE(reused(place, "second", "latent/encode"));
}

TEST_CASE("A damaged file of the cache is made anew") {
  const Workplace place;
  REQUIRE(run(place, "first").code == 0);
  for (const auto& file : fs::directory_iterator(place / "cache/files")) {
    std::string bytes = glia::read_file(file.path());
    bytes[bytes.size() / 2] ^= 1;
    glia::write_file(file.path(), bytes);
  }
  const auto second = run(place, "second");
  REQUIRE(second.code == 0);
  CHECK(second.err.find("the cached result of 'latent/train' is damaged and is dropped") !=
        std::string::npos);
  CHECK_FALSE(reused(place, "second", "latent/train"));
  CHECK(place.heads("second") == place.heads("first"));
}

TEST_CASE("Two runs at once train a shared encoder once") {
  const Workplace place(with(small_pipeline, "epochs = 2, learning_rate = 1e-3",
                             "epochs = 20, learning_rate = 1e-3"));
  Outcome outcomes[2];
  std::thread other([&] { outcomes[0] = run(place, "a"); });
  outcomes[1] = run(place, "b");
  other.join();
  REQUIRE(outcomes[0].code == 0);
  REQUIRE(outcomes[1].code == 0);
  CHECK(reused(place, "a", "latent/train") != reused(place, "b", "latent/train"));
  CHECK(reused(place, "a", "latent/encode") != reused(place, "b", "latent/encode"));
  CHECK(place.heads("a") == place.heads("b"));
}

TEST_CASE("A run goes on with an encoder that a killed run has half trained") {
  const Workplace place(with(small_pipeline, "epochs = 2, learning_rate = 1e-3",
                             "epochs = 12, learning_rate = 1e-3"));
  REQUIRE(place.glia({"run", "small.toml", "-o", "whole"}).code == 0);
  {
    Running killed(place, "run small.toml -o killed --cache-dir cache");
    REQUIRE(killed.halt_when([&] {
      std::error_code ignored;
      return fs::exists(place / "cache/work", ignored) &&
             !fs::is_empty(place / "cache/work", ignored) &&
             fs::exists(fs::path(first_in(place, "cache/work")) / "latent.safetensors", ignored);
    }));
    killed.signal(SIGKILL);
    killed.wait();
  }
  REQUIRE(run(place, "second").code == 0);
  CHECK_FALSE(reused(place, "second", "latent/train"));
  CHECK(place.read("second/log.txt").find("latent/train: resumes after epoch") !=
        std::string::npos);
  CHECK(place.heads("second") == place.heads("whole"));
  CHECK(fs::is_empty(place / "cache/work"));
}
