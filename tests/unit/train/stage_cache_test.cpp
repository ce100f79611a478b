// SPDX-License-Identifier: MIT
#include "train/stage_cache.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "temp_folder.hpp"
#include "train/data_check.hpp"
#include "train/latents.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

using namespace glia;
using train::Encoded;
using train::StageCache;

namespace {

graph::Stage encode_stage(const std::string& identity = "plugin = toy\n") {
  return {graph::Stage::Kind::encode, "latent/encode", "latent", {}, identity,
          sha256_hex(identity),       "files = a\n"};
}

/// Three samples of two features, of classes 0 and 1.
Encoded latents_of(float first) {
  Encoded all;
  for (auto* split : {&all.train, &all.test}) {
    split->mean = at::full({3, 2}, first);
    split->targets = at::tensor({0, 1, 1}, at::kLong);
  }
  return all;
}

const SampleSpec two_classes{.shape = {4}, .classes = 2};
const train::LatentForm latent_form{two_classes, 2, false};

struct Making {
  int times = 0;
  float first = 0.5f;
  StageCache::Make make() {
    return [this](const std::filesystem::path& file, const std::filesystem::path&) {
      ++times;
      train::save_latents(file, latents_of(first));
    };
  }
};

}  // namespace

TEST_CASE("a stage's key in the cache follows from its identity, its data and the program") {
  const std::string identity = train::cache_identity(encode_stage());
  CHECK(identity.starts_with("plugin = toy\nfiles = a\nglia = "));
  for (const char* part : {"\nLibTorch = ", "\nmachine = "}) {
    CHECK(identity.find(part) != std::string::npos);
  }
  CHECK(train::cache_key(encode_stage()) == sha256_hex(identity));
  CHECK(train::cache_key(encode_stage("plugin = toi\n")) != train::cache_key(encode_stage()));
  graph::Stage other = encode_stage();
  other.data = "files = b\n";
  CHECK(train::cache_key(other) != train::cache_key(encode_stage()));
  CHECK(identity.find(train::program_build().substr(0, 5)) != std::string::npos);
}

TEST_CASE("latents are made once, whoever asks for them, and come back as they were") {
  const TempFolder folder;
  Making making;
  Encoded found;
  StageCache cache{Cache(folder.path())};
  CHECK_FALSE(cache.find_latents(encode_stage(), latent_form, found));
  CHECK_FALSE(
      cache.latents(encode_stage(), latent_form, found, making.make(), {}));  // they were not there
  CHECK(cache.latents(encode_stage(), latent_form, found, making.make(), {}));  // remembered
  StageCache later{Cache(folder.path())};
  Encoded again;
  CHECK(later.find_latents(encode_stage(), latent_form, again));
  CHECK(later.latents(encode_stage(), latent_form, again, making.make(), {}));
  CHECK(making.times == 1);
  CHECK(again.train.mean.equal(latents_of(0.5f).train.mean));
  CHECK(again.test.targets.equal(latents_of(0.5f).test.targets));
  CHECK_FALSE(
      later.latents(encode_stage("plugin = other\n"), latent_form, again, making.make(), {}));
  CHECK(making.times == 2);
}

TEST_CASE("latents of another form are refused, and damaged ones made anew") {
  const TempFolder folder;
  Making making;
  Encoded found;
  StageCache{Cache(folder.path())}.latents(encode_stage(), latent_form, found, making.make(), {});
  const train::LatentForm wider{two_classes, 3, false};
  CHECK_THROWS_AS(
      (StageCache{Cache(folder.path())}.latents(encode_stage(), wider, found, making.make(), {})),
      Error);
  const auto file = Cache(folder.path()).find(train::cache_key(encode_stage()));
  REQUIRE(file);
  std::string bytes = read_file(*file);
  bytes.back() ^= 1;
  std::filesystem::permissions(*file, std::filesystem::perms::owner_all);
  write_file(*file, bytes);
  making.first = 0.25f;
  CHECK_FALSE(StageCache{Cache(folder.path())}.latents(encode_stage(), latent_form, found,
                                                       making.make(), {}));
  CHECK(making.times == 2);
  CHECK(found.train.mean[0][0].item<float>() == 0.25f);
}

TEST_CASE("a stage that somebody else computes is waited for, or left to them") {
  const TempFolder folder;
  StageCache outer{Cache(folder.path())};
  StageCache inner{Cache(folder.path()), StageCache::WhenBusy::leave};
  bool busy = false;
  const auto make = [&](const std::filesystem::path& file, const std::filesystem::path&) {
    try {
      inner.get_or_make(encode_stage(), {}, {});
    } catch (const train::Busy& other) {
      busy = other.stage == "latent/encode";
    }
    write_file(file, "done");
  };
  CHECK(outer.get_or_make(encode_stage(), make, {}).made);
  CHECK(busy);
  CHECK_FALSE(inner.get_or_make(encode_stage(), make, {}).made);
}
