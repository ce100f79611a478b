// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <random>

namespace {

std::string file_error(const std::string& file) {
  try {
    glia::config::load_pipeline(file, {}, fake_catalog());
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::usage);
    return e.what();
  }
  return "";
}

/// Loads it or throws glia::Error; anything else ends the test. Whether it loaded.
bool survives(const TempFolder& folder, const std::string& text,
              const std::vector<std::string>& overrides = {}) {
  const auto file = folder.write("f.toml", text);
  try {
    glia::config::load_pipeline(file, overrides, fake_catalog());
    return true;
  } catch (const glia::Error& e) {
    REQUIRE_FALSE(e.message().empty());
    return false;
  }
}

}  // namespace

TEST_CASE("all problems of a file and its overrides are reported at once, in order") {
  std::string text = edited("seed = 7", "seed = -1");
  const auto change = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  change("\"vae\"", "\"vea\"");
  change("epochs = 5", "epoch = 5");
  change("input = \"latent\"", "input = \"latnt\"");
  change("\"tanh\"", "\"tan\"");
  change("sigma = 0.5", "sigma = \"x\"");
  CHECK(errors(text, {"head.digit.train.epochs=0"}) ==
        "FILE:4:8: error: seed must be at least 0, not -1\n"
        "FILE:10:10: error: unknown encoder 'vea'\n"
        "  hint: did you mean 'vae'?\n"
        "FILE:13:11: error: unknown key 'epoch' in 'encoder.latent.train'\n"
        "  hint: did you mean 'epochs'?\n"
        "FILE:16:9: error: there is no node 'latnt' to read from\n"
        "  hint: did you mean 'latent'?\n"
        "FILE:25:52: error: unknown activation 'tan'\n"
        "  hint: did you mean 'tanh'?\n"
        "FILE:26:28: error: sigma must be a number, not text \"x\"\n"
        "argument 'head.digit.train.epochs=0': error: epochs must be at least 1, not 0");
}

TEST_CASE("longer circles are reported once, and nodes that lead into them are not blamed") {
  CHECK(errors(edited("input = \"latent\"", "input = \"c\"") +
               "[network.c]\ninput = \"deep\"\npattern = [ { wave = \"slide\" } ]\n"
               "[network.tail]\ninput = \"c\"\npattern = [ { wave = \"slide\" } ]\n") ==
        "FILE:16:9: error: the networks read each other in a circle: astro -> c -> deep -> astro\n"
        "  hint: one of them has to read an encoder");
}

TEST_CASE("a circle is told from its first network on, wherever it is entered") {
  const std::string steps = "pattern = [ { wave = \"slide\" } ]\n";
  CHECK(
      errors(edited("[network.astro]",
                    "[network.lead]\ninput = \"deep\"\n" + steps + "[network.b]\ninput = \"c\"\n" +
                        steps + "[network.c]\ninput = \"deep\"\n" + steps + "[network.astro]"),
             {"network.deep.input=b"}) ==
      "FILE:19:9: error: the networks read each other in a circle: "
      "b -> c -> deep -> b\n"
      "  hint: one of them has to read an encoder");
}

TEST_CASE("long texts are cut in messages, between characters") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\u00e9";
  const auto message = errors(edited("seed = 7", "seed = \"" + text + "\""));
  CHECK(message ==
        "FILE:4:8: error: seed must be an integer, not text \"" + text.substr(0, 58) + "...\"");
}

TEST_CASE("files that cannot be read") {
  const TempFolder folder;
  folder.write("quickstart.toml", good_file);
  CHECK(file_error(folder.file("quikstart.toml")) ==
        "there is no file " + folder.file("quikstart.toml") + "\n  hint: did you mean '" +
            folder.file("quickstart.toml") + "'?");
  folder.write("keep.toml", good_file);
  CHECK(file_error(folder.file("nope.toml")) == "there is no file " + folder.file("nope.toml"));
  CHECK(file_error(folder.file("")) == folder.file("") + " is a directory, not a file");
  CHECK(file_error("") == "there is no file ''");
  const std::string endless(300, 'x');
  CHECK(file_error(endless) == "cannot read " + endless + ": File name too long");
  const auto large = folder.write("large.toml", std::string((1 << 20) + 1, '\n'));
  CHECK(file_error(large) == large + " is larger than 1 MiB: that is no pipeline file");
}

TEST_CASE("every prefix of a good file loads or is refused with an error") {
  const TempFolder folder;
  const std::string text = good_file;
  int loaded = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    loaded += survives(folder, text.substr(0, size));
  }
  CHECK(loaded >= 2);  // with and without the last line's end
  CHECK(loaded < 100);
}

TEST_CASE("damaged files load or are refused with an error") {
  const TempFolder folder;
  const std::string text = good_file;
  std::mt19937 random(12345);
  int loaded = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string damaged = text;
    for (auto edits = random() % 4 + 1; edits > 0; --edits) {
      const auto at = random() % damaged.size();
      switch (random() % 4) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged[at] = "[]{}=.,\"'#\n 0-"[random() % 14];
          break;
        case 2:
          damaged.erase(at, random() % 20);
          break;
        default:
          damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 30));
      }
    }
    loaded += survives(folder, damaged);
  }
  CHECK(loaded > 20);
  CHECK(loaded < 3900);
}

TEST_CASE("strange overrides are applied or refused with an error") {
  const TempFolder folder;
  std::mt19937 random(54321);
  const std::vector<std::string> parts{
      "network", "astro",    "pattern", "0",      "1",
      "slide",   "encoder",  "latent",  "train",  "epochs",
      "head",    "digit",    ".",       ".",      ".",
      "=",       "=",        "{",       "[1, 2]", "\"",
      "\xff",    "pipeline", "seed",    "-1",     "99999999999999999999"};
  int loaded = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string argument;
    for (auto count = random() % 9; count > 0; --count) argument += parts[random() % parts.size()];
    loaded += survives(folder, good_file, {argument});
  }
  CHECK(loaded < 3000);
}

TEST_CASE("deep nesting is refused") {
  std::string dots = "a";
  for (int i = 0; i < 3000; ++i) dots += ".a";
  const std::string told = "error: tables, lists and dotted keys nest more than 100 deep";
  CHECK(errors(dots + " = 1\n").find(told) != std::string::npos);
  CHECK(errors("a = " + std::string(1000, '[') + std::string(1000, ']')).find(told) !=
        std::string::npos);
}
