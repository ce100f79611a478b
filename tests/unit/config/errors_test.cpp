// SPDX-License-Identifier: MIT
// Every mistake by the exact text that a user sees.
#include "catch.hpp"
#include "support.hpp"

#include <string>

TEST_CASE("syntax errors carry the parser's position and words") {
  CHECK(errors("a = \n") ==
        "FILE:1:5: error: not valid TOML: while parsing key-value pair: expected value, saw '\\n'");
  CHECK(errors("[a]\n[a]\n") ==
        "FILE:2:1: error: not valid TOML: while parsing table header: cannot redefine existing "
        "table 'a'");
  CHECK(errors("a = \"\xff\"\n") ==
        "FILE:1:5: error: not valid TOML: encountered invalid utf-8 sequence");
  CHECK(
      errors(std::string("a\0b", 3)) ==
      "FILE:1:2: error: not valid TOML: while parsing key-value pair: expected '=', saw '\\u0000'");
  CHECK(errors("[pipeline]\nname = \"x\n") ==
        "FILE:2:10: error: not valid TOML: while parsing string: unescaped control characters "
        "other than TAB (U+0009) are explicitly prohibited");
}

TEST_CASE("unknown tables and keys have a suggestion, bad seeds a reason") {
  CHECK(errors(edited("[encoder.latent]", "[encodr.latent]")) ==
        "FILE:9:2: error: unknown table 'encodr'\n"
        "  hint: did you mean 'encoder'?\n"
        "FILE:16:9: error: there is no node 'latent' to read from\n"
        "  hint: a network reads an encoder, a task or another network: 'deep'");
  CHECK(errors(edited("[pipeline]", "seed = 3\n[[zebra]]\n[pipeline]")) ==
        "FILE:2:1: error: unknown key 'seed'\n"
        "  hint: a pipeline file has the tables 'pipeline', 'dataset', 'encoder', 'task', "
        "'network', 'head', 'training' and 'sweep'\n"
        "FILE:3:3: error: unknown key 'zebra'\n"
        "  hint: a pipeline file has the tables 'pipeline', 'dataset', 'encoder', 'task', "
        "'network', 'head', 'training' and 'sweep'");
  CHECK(errors(edited("[pipeline]", "extend = \"base.toml\"\n[pipeline]")) ==
        "FILE:2:1: error: unknown key 'extend'\n"
        "  hint: did you mean 'extends'?");
  CHECK(errors(edited("seed = 7", "seed = 7\nextends = \"base.toml\"")) ==
        "FILE:5:1: error: unknown key 'extends' in 'pipeline'\n"
        "  hint: 'extends' stands above the first table of the file");
  CHECK(errors(edited("seed = 7", "sede = 7")) ==
        "FILE:4:1: error: unknown key 'sede' in 'pipeline'\n"
        "  hint: did you mean 'seed'?");
  CHECK(errors(edited("seed = 7", "seed = -1")) ==
        "FILE:4:8: error: seed must be at least 0, not -1");
  CHECK(errors(edited("seed = 7", "seed = 5.0")) ==
        "FILE:4:8: error: seed must be an integer, not the number 5.0\n"
        "  hint: write 5");
  CHECK(errors(edited("epochs = 5", "epoch = 5")) ==
        "FILE:13:11: error: unknown key 'epoch' in 'encoder.latent.train'\n"
        "  hint: did you mean 'epochs'?");
  CHECK(errors(edited("z = 20", "z = 20\nepochs = 4")) ==
        "FILE:13:1: error: unknown key 'epochs' in 'encoder.latent'\n"
        "  hint: 'epochs' belongs in train = { ... }");
  CHECK(errors(edited("z = 20", "zz = 20\nquux = 1")) ==
        "FILE:9:10: error: 'encoder.latent' lacks the required key 'z'\n"
        "  hint: 'z' is an integer: Width of the code.\n"
        "FILE:12:1: error: unknown key 'zz' in 'encoder.latent'\n"
        "  hint: did you mean 'z'?\n"
        "FILE:13:1: error: unknown key 'quux' in 'encoder.latent'\n"
        "  hint: known keys: 'plugin', 'input', 'latent', 'test_latent', 'mode', 'weights', "
        "'seed', 'feature_order', "
        "'train', 'z', 'hidden' and 'beta'");
}

TEST_CASE("missing keys are explained") {
  CHECK(errors(edited("plugin = \"vae\"\n", "")) ==
        "FILE:9:10: error: 'encoder.latent' lacks the required key 'plugin'\n"
        "  hint: 'plugin' is text: Name of an encoder plugin (see: glia plugin list).");
  CHECK(errors(edited("input = \"digits\"\n", "")) ==
        "FILE:9:10: error: 'encoder.latent' lacks the required key 'input'\n"
        "  hint: 'input' is text: The dataset that it reads.");
}

TEST_CASE("host values of the wrong type or out of range") {
  CHECK(errors(edited("epochs = 5", "epochs = \"ten\"")) ==
        "FILE:13:20: error: epochs must be an integer, not text \"ten\"");
  CHECK(errors(edited("epochs = 5", "epochs = 5.5")) ==
        "FILE:13:20: error: epochs must be an integer, not the number 5.5");
  CHECK(errors(edited("epochs = 5", "epochs = [5]")) ==
        "FILE:13:20: error: epochs must be an integer, not a list");
  CHECK(errors(edited("epochs = 5", "epochs = 0")) ==
        "FILE:13:20: error: epochs must be at least 1, not 0");
  CHECK(errors(edited("epochs = 5", "batch_size = 0")) ==
        "FILE:13:24: error: batch_size must be at least 1, not 0");
  CHECK(errors(edited("learning_rate = 1", "learning_rate = 0")) ==
        "FILE:13:39: error: learning_rate must be greater than 0, not 0");
  CHECK(errors(edited("learning_rate = 1", "learning_rate = nan")) ==
        "FILE:13:39: error: learning_rate must be greater than 0, not nan");
  CHECK(errors(edited("learning_rate = 1", "learning_rate = inf")) ==
        "FILE:13:39: error: learning_rate must be greater than 0, not inf");
  CHECK(errors(edited("\"sgd\"", "\"Adam\"")) ==
        "FILE:32:35: error: optimizer must be one of 'adam', 'adamw' and 'sgd', not \"Adam\"\n"
        "  hint: did you mean 'adam'?");
}

TEST_CASE("plugin values of the wrong type, out of range or against a rule") {
  CHECK(errors(edited("sigma = 0.5", "sigma = 1")) ==
        "FILE:26:28: error: sigma must be greater than 0 and less than 1, not 1");
  CHECK(errors(edited("z = 20", "z = 20\nbeta = 1.5")) ==
        "FILE:13:8: error: beta must be between 0 and 1, not 1.5");
  CHECK(errors(edited("z = 20", "z = 20\nhidden = [30, 0, \"x\", 4.5]")) ==
        "FILE:13:15: error: hidden[1] must be at least 1, not 0\n"
        "FILE:13:18: error: hidden[2] must be an integer, not text \"x\"\n"
        "FILE:13:23: error: hidden[3] must be an integer, not the number 4.5");
  CHECK(errors(edited("z = 20", "z = 20\nhidden = 512")) ==
        "FILE:13:10: error: hidden must be a list of integers, not the integer 512");
  CHECK(errors(edited("z = 20", "z = 20\nhidden = []")) ==
        "FILE:10:1: error: encoder 'vae': z must not exceed the first of hidden");
  CHECK(errors(edited("z = 20", "z = 513")) ==
        "FILE:10:1: error: encoder 'vae': z must not exceed the first of hidden");
}

TEST_CASE("tables, booleans and texts are told apart") {
  CHECK(errors(edited("z = 20", "z = 20\nlatent = \"men\"")) ==
        "FILE:13:10: error: latent must be one of 'sample' and 'mean', not \"men\"\n"
        "  hint: did you mean 'mean'?");
  CHECK(errors(edited("train = { epochs = 5, learning_rate = 1 }", "train = 5")) ==
        "FILE:13:9: error: 'encoder.latent.train' must be a table, not the integer 5");
  CHECK(errors(edited("true", "1")) ==
        "FILE:23:24: error: keep_last_activation must be a boolean, not the integer 1\n"
        "  hint: write true or false");
  CHECK(errors(edited("\"digits\"\nseed", "2024-01-01\nseed")) ==
        "FILE:3:8: error: name must be text, not a date or time\n"
        "  hint: put it in quotes");
}

TEST_CASE("plugins that do not exist or cannot be used") {
  CHECK(errors(edited("plugin = \"vae\"", "plugin = \"vea\"")) ==
        "FILE:10:10: error: unknown encoder 'vea'\n"
        "  hint: did you mean 'vae'?");
  CHECK(errors(edited("plugin = \"vae\"", "plugin = \"mnist\"")) ==
        "FILE:10:10: error: unknown encoder 'mnist'\n"
        "  hint: 'mnist' is a dataset");
  CHECK(errors(edited("plugin = \"vae\"", "plugin = \"zzzzz\"")) ==
        "FILE:10:10: error: unknown encoder 'zzzzz'\n"
        "  hint: available: 'clash' and 'vae'");
  CHECK(errors(edited("plugin = \"vae\"", "plugin = \"clash\"")) ==
        "FILE:10:10: error: encoder 'clash' declares a field 'input', but the host itself reads "
        "the key 'input' of every encoder\n"
        "  hint: the plugin has to rename its field");
  CHECK(errors(edited("\"mnist\"", "7")) ==
        "FILE:7:10: error: plugin must be text, not the integer 7\n"
        "  hint: put it in quotes");
  CHECK(errors(edited("wave = \"gather\"", "wave = \"gahter\"")) ==
        "FILE:18:22: error: unknown wave layer 'gahter'\n"
        "  hint: did you mean 'gather'?");
  CHECK(errors(edited("wave = \"gather\"", "wave = \"greedy\"")) ==
        "FILE:18:22: error: wave layer 'greedy' declares a field 'pattern', but the host itself "
        "reads the key 'pattern' of every step\n"
        "  hint: the plugin has to rename its field\n"
        "FILE:18:22: error: wave layer 'greedy' declares a field 'repeat', but the host itself "
        "reads the key 'repeat' of every step\n"
        "  hint: the plugin has to rename its field");
  CHECK(errors(edited("wave = \"gather\"", "wave = \"broken\"")) ==
        "FILE:18:15: error: wave layer 'broken' failed to check its values: oh");
  CHECK(errors(edited("wave = \"gather\"", "wave = \"gather\", bondary = \"ring\"")) ==
        "FILE:18:32: error: unknown key 'bondary' in 'network.astro.pattern.0'\n"
        "  hint: did you mean 'boundary'?");
}

TEST_CASE("inputs that fit nothing") {
  CHECK(errors(edited("input = \"latent\"", "input = \"latnt\"")) ==
        "FILE:16:9: error: there is no node 'latnt' to read from\n"
        "  hint: did you mean 'latent'?");
  CHECK(errors(edited("input = \"latent\"", "input = \"quux\"")) ==
        "FILE:16:9: error: there is no node 'quux' to read from\n"
        "  hint: a network reads an encoder, a task or another network: 'latent' and 'deep'");
  CHECK(errors(edited("input = \"latent\"", "input = \"digits\"")) ==
        "FILE:16:9: error: 'digits' is a dataset; a network reads an encoder, a task or another "
        "network");
  CHECK(
      errors(edited("input = \"latent\"", "input = \"digit\"")) ==
      "FILE:16:9: error: 'digit' is a head; a network reads an encoder, a task or another network");
  CHECK(errors(edited("input = \"digits\"", "input = \"latent\"")) ==
        "FILE:11:9: error: 'latent' is an encoder; an encoder reads a dataset");
  CHECK(errors(edited("input = \"deep\"", "input = \"digits\"")) ==
        "FILE:31:9: error: 'digits' is a dataset; a head reads a network or an encoder");
}

TEST_CASE("ids that are used twice, and circles") {
  CHECK(errors(edited("[head.digit]", "[head.digits]")) ==
        "FILE:29:7: error: 'digits' is already the name of a dataset\n"
        "  hint: the other is at FILE:6:10");
  CHECK(errors(edited("input = \"latent\"", "input = \"deep\"")) ==
        "FILE:16:9: error: the networks read each other in a circle: astro -> deep -> astro\n"
        "  hint: one of them has to read an encoder");
  CHECK(errors(edited("input = \"latent\"", "input = \"astro\"")) ==
        "FILE:16:9: error: the networks read each other in a circle: astro -> astro\n"
        "  hint: one of them has to read an encoder");
}

TEST_CASE("steps and patterns") {
  CHECK(errors(edited("pattern = [ { wave = \"gather\" }, { wave = \"slide\", boundary = \"ring\" "
                      "}, { activation = \"softmax\" } ]",
                      "pattern = []")) ==
        "FILE:18:11: error: the pattern of 'network.astro' is empty\n"
        "  hint: give at least one step, such as { wave = \"NAME\" }");
  CHECK(errors(edited("{ wave = \"gather\" }", "\"gather\"")) ==
        "FILE:18:13: error: a step must be a table, not text \"gather\"\n"
        "  hint: write { wave = \"NAME\" } or { activation = \"NAME\" }");
  CHECK(errors(edited("{ wave = \"gather\" }", "{}")) ==
        "FILE:18:13: error: the step has none of 'wave', 'activation' and 'pattern'\n"
        "  hint: write { wave = \"NAME\" } or { activation = \"NAME\" }");
  CHECK(errors(edited("{ wave = \"gather\" }", "{ wav = \"gather\" }")) ==
        "FILE:18:13: error: the step has none of 'wave', 'activation' and 'pattern'\n"
        "  hint: for 'wav', did you mean 'wave'?");
  CHECK(errors(edited("{ wave = \"gather\" }", "{ wave = \"gather\", activation = \"tanh\" }")) ==
        "FILE:18:32: error: a step is one of 'wave', 'activation' and 'pattern', but this has both "
        "'wave' and 'activation'\n"
        "  hint: make it two steps: { ... }, { ... }");
  CHECK(errors(edited("{ wave = \"gather\" }", "{ wave = \"gather\", repeat = 2 }")) ==
        "FILE:18:32: error: 'repeat' belongs to a pattern, not to a wave layer\n"
        "  hint: wrap it: { pattern = [ { wave = ... } ], repeat = ... }");
  CHECK(errors(edited("\"softmax\"", "\"softmx\"")) ==
        "FILE:18:88: error: unknown activation 'softmx'\n"
        "  hint: did you mean 'softmax'?");
  CHECK(
      errors(edited("activation = \"softmax\"", "activation = \"softmax\", boundary = \"ring\"")) ==
      "FILE:18:99: error: unknown key 'boundary' in 'network.astro.pattern.2'\n"
      "  hint: known keys: 'activation'");
  CHECK(errors(edited("activation = \"softmax\"", "activation = \"hill\", m = 2")) ==
        "FILE:18:96: error: unknown key 'm' in 'network.astro.pattern.2'\n"
        "  hint: did you mean 'n'?");
  CHECK(errors(edited("activation = \"softmax\"", "activation = \"hill\", n = 0")) ==
        "FILE:18:100: error: n must be between 1 and 16, not 0");
  CHECK(errors(edited("activation = \"softmax\"", "activation = \"slide\"")) ==
        "FILE:18:88: error: unknown activation 'slide'\n"
        "  hint: 'slide' is a wave layer");
  CHECK(errors(edited("activation = \"softmax\"", "activation = \"hill\", repeat = 2")) ==
        "FILE:18:96: error: unknown key 'repeat' in 'network.astro.pattern.2'\n"
        "  hint: known keys: 'activation' and 'n'");
  CHECK(errors(edited("narrow_to = 10", "narrow_to = 10\nrepeat = 2")) ==
        "FILE:18:1: error: 'network.astro' has both 'narrow_to' and 'repeat', but only one of "
        "'narrow_to', 'widen_to' and 'repeat' can be given\n"
        "  hint: 'narrow_to' is at FILE:17:1");
  CHECK(errors(edited("narrow_to = 10", "repeat = 0")) ==
        "FILE:17:10: error: repeat must be at least 1, not 0");
  CHECK(errors(edited("repeat = 3", "repeat = 3, widen_to = 5")) ==
        "FILE:25:76: error: 'network.deep.pattern.0' has both 'repeat' and 'widen_to', but only "
        "one of 'narrow_to', 'widen_to' and 'repeat' can be given\n"
        "  hint: 'repeat' is at FILE:25:64");
  CHECK(
      errors(edited("{ pattern = [ { wave = \"slide\" }, { activation = \"tanh\" } ], repeat = 3 }",
                    "{ pattern = 3, name = 4 }")) ==
      "FILE:25:15: error: pattern must be a list of steps, not the integer 3\n"
      "  hint: write pattern = [ { wave = \"NAME\" }, ... ]\n"
      "FILE:25:18: error: unknown key 'name' in 'network.deep.pattern.0'\n"
      "  hint: known keys: 'pattern', 'narrow_to', 'widen_to', 'repeat', 'skip' and "
      "'shared'");
}

TEST_CASE("a network's defaults must fit") {
  CHECK(errors(edited("{ bias = \"none\" }", "{ bais = \"none\" }")) ==
        "FILE:19:14: error: no wave layer of 'network.astro' has a field 'bais'\n"
        "  hint: did you mean 'bias'?");
  CHECK(
      errors(edited("{ bias = \"none\" }", "{ bias = \"nnoe\" }")) ==
      "FILE:19:21: error: bias must be one of 'additive', 'compounding' and 'none', not \"nnoe\"\n"
      "  hint: did you mean 'none'?");
  CHECK(errors(edited("{ bias = \"none\" }", "7")) ==
        "FILE:19:12: error: 'network.astro.defaults' must be a table, not the integer 7");
}

TEST_CASE("nodes have good names and tables of their own") {
  CHECK(errors(edited("[head.digit]", "[head.\"my digit\"]")) ==
        "FILE:29:7: error: 'my digit' cannot be the name of a node: use letters, digits, '_' and "
        "'-'");
  CHECK(errors(edited("[dataset.digits]", "[dataset]")) ==
        "FILE:7:10: error: 'dataset.plugin' must be a table, not text \"mnist\"\n"
        "  hint: every dataset has a name of its own: write [dataset.NAME]\n"
        "FILE:11:9: error: there is no node 'digits' to read from\n"
        "  hint: an encoder reads a dataset");
  CHECK(errors(edited("[dataset.digits]", "[[dataset]]")) ==
        "FILE:6:1: error: 'dataset' must be a table, not a list\n"
        "  hint: write [dataset.NAME]\n"
        "FILE:11:9: error: there is no node 'digits' to read from\n"
        "  hint: an encoder reads a dataset");
}

TEST_CASE("files with nothing in them") {
  CHECK(errors("") ==
        "FILE:1:1: error: nothing to run: there is no head\n"
        "  hint: add a table such as [head.digit] with a plugin and an input");
  CHECK(errors("[head]\n") ==
        "FILE:1:2: error: nothing to run: there is no head\n"
        "  hint: add a table such as [head.digit] with a plugin and an input");
  CHECK(errors("pipeline = 3\nhead = 4") ==
        "FILE:1:12: error: 'pipeline' must be a table, not the integer 3\n"
        "FILE:2:8: error: 'head' must be a table, not the integer 4\n"
        "  hint: write [head.NAME]");
  CHECK(errors(edited("pattern = [\n  {", "patern = [\n  {")) ==
        "FILE:21:10: error: 'network.deep' lacks the required key 'pattern'\n"
        "  hint: write pattern = [ { wave = \"NAME\" }, ... ]\n"
        "FILE:24:1: error: unknown key 'patern' in 'network.deep'\n"
        "  hint: did you mean 'pattern'?");
}
