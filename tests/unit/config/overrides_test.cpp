// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

TEST_CASE("overrides are TOML values, or else bare text") {
  const auto pipeline =
      load(good_file, {"pipeline.name=my run", "pipeline.seed=2", "dataset.digits.path=/data",
                       "encoder.latent.hidden=[64, 32]", "encoder.latent.latent=mean",
                       "network.astro.keep_last_activation=true", "encoder.latent.beta=5e-1"});
  CHECK(pipeline.spec.name == "my run");
  CHECK(pipeline.spec.seed == 2);
  CHECK(setting(pipeline, "dataset.digits.path") ==
        "\"/data\" # argument 'dataset.digits.path=/data'");
  CHECK(setting(pipeline, "encoder.latent.hidden") ==
        "[64, 32] # argument 'encoder.latent.hidden=[64, 32]'");
  CHECK(pipeline.spec.encoders[0].latent == "mean");
  CHECK(pipeline.spec.networks[0].keep_last_activation);
  CHECK(setting(pipeline, "encoder.latent.beta") == "0.5 # argument 'encoder.latent.beta=5e-1'");
}

TEST_CASE("an override may hold '=', be empty, be quoted or name tables") {
  CHECK(load(good_file, {"dataset.digits.path=a=b"}).spec.datasets[0].use.values.at("path") ==
        glia::Value{"a=b"});
  CHECK(load(good_file, {"pipeline.name="}).spec.name == "");
  CHECK(load(good_file, {"pipeline.name=\"7\""}).spec.name == "7");
  CHECK(load(good_file, {"pipeline.name=a\nb = 3"}).spec.name == "a\nb = 3");
  CHECK(load(good_file, {"pipeline.seed=1\nb = 3", "pipeline.seed=4"}).spec.seed == 4);
  const auto pipeline = load(good_file, {"encoder.latent.train={ epochs = 2 }"});
  CHECK(pipeline.spec.encoders[0].train.epochs == 2);
  CHECK(pipeline.spec.encoders[0].train.learning_rate == 1e-3);
}

TEST_CASE("the last override of a key wins") {
  CHECK(load(good_file, {"pipeline.seed=2", "pipeline.seed=3"}).spec.seed == 3);
}

TEST_CASE("steps are named by number or by what they are") {
  const auto pipeline = load(
      good_file, {"network.astro.pattern.0.wave=slide", "network.deep.pattern.leak.gain=2",
                  "network.deep.pattern.1.sigma=0.25", "network.astro.pattern.slide.boundary=ring",
                  "network.deep.pattern.0.pattern.0.bias=none",
                  "network.deep.pattern.0.pattern.tanh.activation=relu"});
  const auto& astro = pipeline.spec.networks[0].block.pattern;
  CHECK(astro[0].wave.plugin->descriptor->id == "slide");
  CHECK(astro[0].wave.values.at("boundary") == glia::Value{"ring"});
  CHECK(astro[1].wave.values.at("boundary") == glia::Value{"ring"});
  const auto& deep = pipeline.spec.networks[1].block.pattern;
  CHECK(deep[1].wave.values.at("gain") == glia::Value{2.0});
  CHECK(deep[1].wave.values.at("sigma") == glia::Value{0.25});
  CHECK(deep[0].block.pattern[0].wave.values.at("bias") == glia::Value{"none"});
  CHECK(deep[0].block.pattern[1].activation.plugin->descriptor->id == "relu");
}

TEST_CASE("overrides may set what the file leaves at its default") {
  const auto pipeline =
      load(good_file, {"head.digit.train.batch_size=7", "head.digit.balanced=true",
                       "network.deep.defaults.bias=none"});
  CHECK(pipeline.spec.heads[0].train.batch_size == 7);
  CHECK(pipeline.spec.heads[0].use.values.at("balanced") == glia::Value{true});
  CHECK(setting(pipeline, "network.deep.pattern.0.pattern.0.bias") ==
        "\"none\" # argument 'network.deep.defaults.bias=none'");
  const std::string no_header = edited("[pipeline]\nname = \"digits\"\nseed = 7\n", "");
  CHECK(load(no_header, {"pipeline.seed=5"}).spec.seed == 5);
}

TEST_CASE("overrides that fit nothing are errors") {
  const auto one = [](const char* argument) { return errors(good_file, {argument}); };
  CHECK(one("pipeline.seed") ==
        "argument 'pipeline.seed': error: not of the form key=value\n"
        "  hint: overrides look like pipeline.seed=2");
  CHECK(one("=2") ==
        "argument '=2': error: not of the form key=value\n"
        "  hint: overrides look like pipeline.seed=2");
  CHECK(one("pipeline..seed=2") ==
        "argument 'pipeline..seed=2': error: a part of the key is empty\n"
        "  hint: keys look like encoder.latent.train.epochs");
  CHECK(one("pipline.seed=2") ==
        "argument 'pipline.seed=2': error: unknown table 'pipline'\n"
        "  hint: did you mean 'pipeline'?");
  CHECK(one("pipeline.sed=2") ==
        "argument 'pipeline.sed=2': error: unknown key 'sed' in 'pipeline'\n"
        "  hint: did you mean 'seed'?");
  CHECK(one("encoder.latnt.z=2") ==
        "argument 'encoder.latnt.z=2': error: there is no encoder 'latnt'\n"
        "  hint: did you mean 'latent'?");
  CHECK(one("encoder.latent.trian.epochs=2") ==
        "argument 'encoder.latent.trian.epochs=2': error: unknown key 'trian' in "
        "'encoder.latent'\n"
        "  hint: did you mean 'train'?");
  CHECK(one("pipeline.seed.x=2") ==
        "argument 'pipeline.seed.x=2': error: 'pipeline.seed' is the integer 7, so it has no 'x'");
  CHECK(one("network.astro.pattern.3.wave=slide") ==
        "argument 'network.astro.pattern.3.wave=slide': error: 'network.astro.pattern' has no "
        "element 3; it has 3, counted from 0");
  CHECK(one("network.astro.pattern.slid.boundary=ring") ==
        "argument 'network.astro.pattern.slid.boundary=ring': error: 'network.astro.pattern' has "
        "no step 'slid'\n"
        "  hint: did you mean 'slide'?");
  CHECK(one("network.astro.pattern.-1.wave=slide") ==
        "argument 'network.astro.pattern.-1.wave=slide': error: 'network.astro.pattern' has no "
        "step '-1'\n"
        "  hint: name a step by its number, from 0, or by its wave, activation or augmentation");
  CHECK(one("encoder.latent.train.epochs=ten") ==
        "argument 'encoder.latent.train.epochs=ten': error: epochs must be an integer, not text "
        "\"ten\"");
  CHECK(one("pipeline.name=7") ==
        "argument 'pipeline.name=7': error: name must be text, not the integer 7\n"
        "  hint: put it in quotes that the shell leaves alone: 'KEY=\"VALUE\"'");
  CHECK(one("pipeline.name=\xff") ==
        "argument 'pipeline.name=\xff': error: the value is not valid UTF-8 text");
  CHECK(one("encoder=3") ==
        "FILE:16:9: error: there is no node 'latent' to read from\n"
        "  hint: a network reads an encoder, a task or another network: 'deep'\n"
        "argument 'encoder=3': error: 'encoder' must be a table, not the integer 3\n"
        "  hint: write [encoder.NAME]");
  CHECK(errors("", {"dataset.d.plugin=mnist"}) ==
        "FILE:1:1: error: nothing to run: there is no head\n"
        "  hint: add a table such as [head.digit] with a plugin and an input\n"
        "argument 'dataset.d.plugin=mnist': error: there is no dataset 'd'");
}

TEST_CASE("what an argument breaks is shown at the argument") {
  CHECK(errors(good_file, {"encoder.latent.z=4000"}) ==
        "argument 'encoder.latent.z=4000': error: encoder 'vae': z must not exceed the first of "
        "hidden");
  CHECK(errors(edited("z = 20\n", ""), {"encoder.latent.plugin=vae"}) ==
        "argument 'encoder.latent.plugin=vae': error: 'encoder.latent' lacks the required key 'z'\n"
        "  hint: 'z' is an integer: Width of the code.");
  CHECK(errors(edited("z = 20\n", ""), {"encoder.latent.beta=0.5"}) ==
        "FILE:9:10: error: 'encoder.latent' lacks the required key 'z'\n"
        "  hint: 'z' is an integer: Width of the code.");
}

TEST_CASE("one override that is wrong for several steps is reported once") {
  CHECK(errors(edited("gather", "slide"), {"network.astro.pattern.slide.boundary=rnig"}) ==
        "argument 'network.astro.pattern.slide.boundary=rnig': error: boundary must be one of "
        "'open' and 'ring', not \"rnig\"\n"
        "  hint: did you mean 'ring'?");
}

TEST_CASE("an argument is read whole: what looks like a comment is part of the value") {
  CHECK(errors(good_file, {"pipeline.seed=5#3"}) ==
        "argument 'pipeline.seed=5#3': error: seed must be an integer, not text \"5#3\"");
  for (const std::string value : {"5 # 3", "[1] #", "# 5", "true#", "1.5\n# 2"}) {
    CHECK(errors(good_file, {"pipeline.seed=" + value}).find("must be an integer, not text") !=
          std::string::npos);
    CHECK(load(good_file, {"pipeline.name=" + value}).spec.name == value);
  }
  CHECK(load(good_file, {"pipeline.name=\"a#b\""}).spec.name == "a#b");
  CHECK(
      load(good_file, {"dataset.digits.path=/data/set#2"}).spec.datasets[0].use.values.at("path") ==
      glia::Value{"/data/set#2"});
}

TEST_CASE("keys, tables and lists nest as deep as a person writes, and no deeper") {
  const auto repeat = [](const std::string& part, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += part;
    return all;
  };
  for (const int depth : {101, 60'000}) {
    const auto keys = repeat("a.", depth) + "a";
    for (const auto& text : {keys + " = 1\n", "[" + keys + "]\n", "[[" + keys + "]]\n",
                             "a = " + repeat("[", depth) + repeat("]", depth) + "\n",
                             "a = " + repeat("{ a = ", depth) + "1" + repeat("}", depth) + "\n",
                             "a = { b = 1, " + keys + " = 1 }\n"}) {
      CHECK(errors(text + good_file)
                .find("error: tables, lists and dotted keys nest more than 100 "
                      "deep") != std::string::npos);
    }
    CHECK_FALSE(errors(good_file, {keys + "=1"}).empty());
    CHECK(load(good_file, {"pipeline.name=" + repeat("[", depth)}).spec.name.size() ==
          static_cast<std::size_t>(depth));
  }
  std::string keys, tables;
  for (int i = 0; i < 1001; ++i) keys += "k" + std::to_string(i) + " = 1\n";
  CHECK(errors("[x]\n" + keys).find("more than 1000 keys in a table") != std::string::npos);
  for (int i = 0; i < 5001; ++i) tables += "[[x]]\na = 1\nb = 2\n";
  CHECK(errors(tables).find("more than 10000 keys in a file") != std::string::npos);
  CHECK(errors("# " + repeat("a.", 200) + "\n" + good_file).empty());
  CHECK(errors(edited("seed", "name = \"" + repeat("[.", 200) + "\"\nseed")).find("nest") ==
        std::string::npos);
  const std::string many = "numbers = [" + repeat("1.5, ", 5000) + "2.5]\n";
  CHECK(errors(many + good_file).find("nest") == std::string::npos);
}
