// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

using namespace glia::config;

namespace {

void require_equal(const Block& a, const Block& b);

void require_equal(const PluginUse& a, const PluginUse& b) {
  REQUIRE(a.plugin == b.plugin);
  REQUIRE(a.values == b.values);
}

void require_equal(const TrainSpec& a, const TrainSpec& b) {
  REQUIRE(a.epochs == b.epochs);
  REQUIRE(a.batch_size == b.batch_size);
  REQUIRE(a.learning_rate == b.learning_rate);
  REQUIRE(a.optimizer == b.optimizer);
  REQUIRE(a.schedule == b.schedule);
}

void require_equal(const Step& a, const Step& b) {
  REQUIRE(a.kind == b.kind);
  REQUIRE(a.activation.plugin == b.activation.plugin);
  REQUIRE(a.activation.values == b.activation.values);
  require_equal(a.wave, b.wave);
  require_equal(a.block, b.block);
}

void require_equal(const Block& a, const Block& b) {
  REQUIRE(a.narrow_to == b.narrow_to);
  REQUIRE(a.widen_to == b.widen_to);
  REQUIRE(a.repeat == b.repeat);
  REQUIRE(a.pattern.size() == b.pattern.size());
  for (std::size_t i = 0; i < a.pattern.size(); ++i) require_equal(a.pattern[i], b.pattern[i]);
}

void require_equal(const PipelineSpec& a, const PipelineSpec& b) {
  REQUIRE(a.name == b.name);
  REQUIRE(a.seed == b.seed);
  REQUIRE(a.datasets.size() == b.datasets.size());
  REQUIRE(a.encoders.size() == b.encoders.size());
  REQUIRE(a.networks.size() == b.networks.size());
  REQUIRE(a.heads.size() == b.heads.size());
  for (std::size_t i = 0; i < a.datasets.size(); ++i) {
    REQUIRE(a.datasets[i].id == b.datasets[i].id);
    require_equal(a.datasets[i].use, b.datasets[i].use);
  }
  for (std::size_t i = 0; i < a.encoders.size(); ++i) {
    REQUIRE(a.encoders[i].id == b.encoders[i].id);
    REQUIRE(a.encoders[i].input().id == b.encoders[i].input().id);
    REQUIRE(a.encoders[i].latent == b.encoders[i].latent);
    require_equal(a.encoders[i].train, b.encoders[i].train);
    require_equal(a.encoders[i].use, b.encoders[i].use);
  }
  for (std::size_t i = 0; i < a.networks.size(); ++i) {
    REQUIRE(a.networks[i].id == b.networks[i].id);
    REQUIRE(a.networks[i].input().id == b.networks[i].input().id);
    REQUIRE(a.networks[i].keep_last_activation == b.networks[i].keep_last_activation);
    require_equal(a.networks[i].block, b.networks[i].block);
  }
  for (std::size_t i = 0; i < a.heads.size(); ++i) {
    REQUIRE(a.heads[i].id == b.heads[i].id);
    REQUIRE(a.heads[i].input().id == b.heads[i].input().id);
    require_equal(a.heads[i].train, b.heads[i].train);
    require_equal(a.heads[i].use, b.heads[i].use);
  }
}

std::vector<std::string> paths_and_values(const Pipeline& pipeline) {
  std::vector<std::string> all;
  for (const auto& s : pipeline.settings) all.push_back(s.path + " = " + s.value);
  return all;
}

/// What `good_file` sets, with encoder.latent.train.epochs=9.
const std::vector<std::string> of_good_file{
    "pipeline.name = \"digits\"",
    "pipeline.seed = 7",
    "dataset.digits.plugin = \"mnist\"",
    "dataset.digits.validation = 0.0",
    "dataset.digits.validation_seed = 1",
    "dataset.digits.path = \"\"",
    "dataset.digits.limit = 0",
    "encoder.latent.plugin = \"vae\"",
    "encoder.latent.input = \"digits\"",
    "encoder.latent.latent = \"sample\"",
    "encoder.latent.test_latent = \"same\"",
    "encoder.latent.mode = \"pretrained\"",
    "encoder.latent.weights = \"\"",
    "encoder.latent.seed = 7",
    "encoder.latent.feature_order = 0",
    "encoder.latent.train.epochs = 9",
    "encoder.latent.train.batch_size = 128",
    "encoder.latent.train.learning_rate = 1.0",
    "encoder.latent.train.optimizer = \"adam\"",
    "encoder.latent.train.schedule = \"constant\"",
    "encoder.latent.train.clip_norm = 0.0",
    "encoder.latent.train.shuffle = true",
    "encoder.latent.train.patience = 0",
    "encoder.latent.train.device = \"cpu\"",
    "encoder.latent.train.backend = \"auto\"",
    "encoder.latent.train.epsilon = 1e-08",
    "encoder.latent.train.weight_decay = 0.0",
    "encoder.latent.z = 20",
    "encoder.latent.hidden = [512]",
    "encoder.latent.beta = 1.0",
    "network.astro.input = \"latent\"",
    "network.astro.keep_last_activation = false",
    "network.astro.weights = \"\"",
    "network.astro.freeze = false",
    "network.astro.freeze_parts = []",
    "network.astro.narrow_to = 10",
    "network.astro.pattern.0.wave = \"gather\"",
    "network.astro.pattern.0.boundary = \"open\"",
    "network.astro.pattern.0.bias = \"none\"",
    "network.astro.pattern.1.wave = \"slide\"",
    "network.astro.pattern.1.boundary = \"ring\"",
    "network.astro.pattern.1.bias = \"none\"",
    "network.astro.pattern.2.activation = \"softmax\"",
    "network.deep.input = \"astro\"",
    "network.deep.keep_last_activation = true",
    "network.deep.weights = \"\"",
    "network.deep.freeze = false",
    "network.deep.freeze_parts = []",
    "network.deep.repeat = 1",
    "network.deep.pattern.0.repeat = 3",
    "network.deep.pattern.0.pattern.0.wave = \"slide\"",
    "network.deep.pattern.0.pattern.0.boundary = \"open\"",
    "network.deep.pattern.0.pattern.0.bias = \"additive\"",
    "network.deep.pattern.0.pattern.1.activation = \"tanh\"",
    "network.deep.pattern.1.wave = \"leak\"",
    "network.deep.pattern.1.sigma = 0.5",
    "network.deep.pattern.1.gain = 1.0",
    "head.digit.plugin = \"classifier\"",
    "head.digit.input = \"deep\"",
    "head.digit.metrics = []",
    "head.digit.record_rows = false",
    "head.digit.weights = \"\"",
    "head.digit.freeze = false",
    "head.digit.freeze_parts = []",
    "head.digit.train.epochs = 3",
    "head.digit.train.batch_size = 128",
    "head.digit.train.learning_rate = 0.001",
    "head.digit.train.optimizer = \"sgd\"",
    "head.digit.train.schedule = \"constant\"",
    "head.digit.train.clip_norm = 0.0",
    "head.digit.train.shuffle = true",
    "head.digit.train.patience = 0",
    "head.digit.train.device = \"cpu\"",
    "head.digit.train.backend = \"auto\"",
    "head.digit.train.momentum = 0.0",
    "head.digit.train.nesterov = false",
    "head.digit.train.weight_decay = 0.0",
    "head.digit.names = []",
    "head.digit.class_weights = []",
    "head.digit.balanced = false"};

}  // namespace

TEST_CASE("a good file becomes a complete spec") {
  const Pipeline pipeline = load(good_file);
  const PipelineSpec& spec = pipeline.spec;
  CHECK(pipeline.text == good_file);
  CHECK(spec.name == "digits");
  CHECK(spec.seed == 7);

  REQUIRE(spec.datasets.size() == 1);
  CHECK(spec.datasets[0].id == "digits");
  CHECK(spec.datasets[0].source == glia::Source{spec.file, 6, 10});
  CHECK(spec.datasets[0].use.plugin->descriptor->id == "mnist");
  CHECK(spec.datasets[0].use.source == glia::Source{spec.file, 7, 1});

  REQUIRE(spec.encoders.size() == 1);
  const EncoderNode& encoder = spec.encoders[0];
  CHECK(encoder.input().id == "digits");
  CHECK(encoder.input().source == glia::Source{spec.file, 11, 9});
  CHECK(encoder.latent == "sample");
  CHECK(encoder.use.values.at("z") == glia::Value{std::int64_t{20}});
  CHECK(encoder.use.values.at("hidden") == glia::Value{std::vector<std::int64_t>{512}});
  CHECK(encoder.train.epochs == 5);
  CHECK(encoder.train.batch_size == 128);
  CHECK(encoder.train.learning_rate == 1.0);
  CHECK(encoder.train.optimizer == "adam");

  REQUIRE(spec.networks.size() == 2);
  const Block& astro = spec.networks[0].block;
  CHECK(astro.narrow_to == 10);
  CHECK_FALSE(astro.repeat);
  CHECK(astro.end_source == glia::Source{spec.file, 17, 1});
  REQUIRE(astro.pattern.size() == 3);
  CHECK(astro.pattern[1].wave.plugin->descriptor->id == "slide");
  CHECK(astro.pattern[1].wave.source == glia::Source{spec.file, 18, 36});
  CHECK(astro.pattern[2].kind == Step::Kind::activation);
  CHECK(astro.pattern[2].activation.plugin->descriptor->id == "softmax");
  CHECK_FALSE(spec.networks[0].keep_last_activation);

  REQUIRE(spec.heads.size() == 1);
  CHECK(spec.heads[0].input().id == "deep");
  CHECK(spec.heads[0].train.optimizer == "sgd");
}

TEST_CASE("a network's defaults reach the waves that have the field and do not set it") {
  const auto text = edited("defaults = { bias", "defaults = { boundary = \"open\", bias");
  const auto pipeline = load(text);
  const auto& pattern = pipeline.spec.networks[0].block.pattern;
  CHECK(pattern[0].wave.values.at("boundary") == glia::Value{"open"});
  CHECK(pattern[0].wave.values.at("bias") == glia::Value{"none"});
  CHECK(pattern[1].wave.values.at("boundary") == glia::Value{"ring"});
  CHECK(pattern[1].wave.values.at("bias") == glia::Value{"none"});
  CHECK(setting(pipeline, "network.astro.pattern.0.bias") == "\"none\" # FILE:19:40");
  CHECK(setting(pipeline, "network.astro.pattern.1.boundary") == "\"ring\" # FILE:18:63");
  const auto& other = pipeline.spec.networks[1].block.pattern;
  CHECK(other[0].block.pattern[0].wave.values.at("bias") == glia::Value{"additive"});
}

TEST_CASE("defaults reach nested patterns too") {
  const auto pipeline =
      load(edited("keep_last_activation", "defaults = { bias = \"none\" }\nkeep_last_activation"));
  const auto& deep = pipeline.spec.networks[1].block.pattern;
  REQUIRE(deep[0].kind == Step::Kind::block);
  CHECK(deep[0].block.repeat == 3);
  CHECK(deep[0].block.pattern[0].wave.values.at("bias") == glia::Value{"none"});
}

TEST_CASE("every setting is listed with its origin, in the order of the file") {
  const auto pipeline = load(good_file, {"encoder.latent.train.epochs=9"});
  CHECK(paths_and_values(pipeline) == of_good_file);
  CHECK(setting(pipeline, "pipeline.seed") == "7 # FILE:4:8");
  CHECK(setting(pipeline, "encoder.latent.train.epochs") ==
        "9 # argument 'encoder.latent.train.epochs=9'");
  CHECK(setting(pipeline, "encoder.latent.train.batch_size") == "128 # default");
  CHECK(setting(pipeline, "network.astro.narrow_to") == "10 # FILE:17:13");
  CHECK(setting(pipeline, "network.deep.repeat") == "1 # default");
}

TEST_CASE("nodes keep the order of the file, however it is mixed") {
  const auto pipeline = load(R"(
[head.z]
plugin = "classifier"
input = "e2"
[encoder.e2]
plugin = "vae"
input = "b"
z = 1
[dataset.b]
plugin = "mnist"
[encoder.e1]
plugin = "vae"
input = "a"
z = 1
[dataset.a]
plugin = "mnist"
)");
  CHECK(pipeline.spec.name == "p");
  CHECK(pipeline.spec.seed == 1);
  CHECK(pipeline.spec.datasets[0].id == "b");
  CHECK(pipeline.spec.encoders[1].id == "e1");
  CHECK(setting(pipeline, "pipeline.name") == "\"p\" # default");
  CHECK(pipeline.settings[2].path == "head.z.plugin");
}

TEST_CASE("the resolved file gives the same spec and settings") {
  const std::vector<std::string> overrides{
      "pipeline.name=a \"b\" \\ \tc",    "encoder.latent.beta=0.1",
      "head.digit.names=[\"a\", \"b\"]", "head.digit.class_weights=[1e-7, 3, 1e300]",
      "dataset.digits.path=/data/x y",   "network.astro.pattern.slide.boundary=open"};
  const auto first = load(good_file, overrides);
  const auto second = load(first.resolved_toml());
  require_equal(first.spec, second.spec);
  CHECK(paths_and_values(first) == paths_and_values(second));
  CHECK(second.resolved_toml() == first.resolved_toml());
  CHECK(setting(second, "encoder.latent.beta").find("default") == std::string::npos);
}

TEST_CASE("dotted keys, arrays of tables and a byte order mark are fine") {
  const auto pipeline = load(
      "\xEF\xBB\xBF"
      "dataset.d.plugin = \"mnist\"\r\n"
      "encoder.e = { plugin = \"vae\", input = \"d\", z = 2, train.epochs = 4 }\r\n"
      "head.h = { plugin = \"classifier\", input = \"n\" }\r\n"
      "[network.n]\r\ninput = \"e\"\r\nwiden_to = 4\r\n"
      "[[network.n.pattern]]\r\nwave = \"slide\"\r\n"
      "[[network.n.pattern]]\r\nactivation = \"elu\"\r\n");
  CHECK(pipeline.spec.encoders[0].train.epochs == 4);
  CHECK(pipeline.spec.networks[0].block.widen_to == 4);
  CHECK(pipeline.spec.networks[0].block.pattern.size() == 2);
  CHECK(pipeline.spec.networks[0].source == glia::Source{pipeline.spec.file, 4, 10});
  CHECK(pipeline.spec.networks[0].block.pattern[1].wave.plugin == nullptr);
}
