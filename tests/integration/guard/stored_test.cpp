// SPDX-License-Identifier: MIT
// What a run has left, damaged by others; and hints that have to be right.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <sys/stat.h>

#include <chrono>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Place {
  TempFolder folder;

  Place() { glia::write_file(folder / "p.toml", small_pipeline); }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "60", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  std::string read(const std::string& name) const { return glia::read_file(folder / name); }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
};

}  // namespace

TEST_CASE("A run's plan that is damaged is named, and destroys nothing") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto plan = p.read("r/plan.json"), results = p.read("r/results.json");
  const auto refused = [&](const std::string& text, const std::string& why) {
    p.write("r/plan.json", text);
    for (const auto& words : {std::vector<std::string>{"resume", "r"},
                              std::vector<std::string>{"run", "p.toml", "-o", "r", "--resume"}}) {
      const auto told = p.glia(words);
      INFO(words[0] << ": " << told.err);
      CHECK(told.code == 1);
      CHECK_THAT(told.err, Contains("r/plan.json") && Contains(why) && Contains("from a copy") &&
                               !Contains("internal error"));
    }
    CHECK(p.read("r/results.json") == results);
  };
  refused("", "not valid JSON");
  refused(std::string(100'000, '['), "nests more than 100 deep");
  refused("{}", "damaged");
  refused("{\"stages\": [1]}", "damaged");
  refused("{\"stages\": [{\"stage\": 1, \"key\": [], \"identity\": {}}]}", "damaged");
  std::string edited = plan;
  const auto at = edited.find("\"key\": \"") + 8;
  edited[at] = edited[at] == '0' ? '1' : '0';
  refused(edited, "was changed since glia wrote it");
  p.write("r/plan.json", plan);
  CHECK(p.glia({"resume", "r", "-q"}).code == 0);
}

TEST_CASE("A run's results that were changed are named by all that read them") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto results = p.read("r/results.json");
  auto edited = results;
  const auto at = edited.find("\"test_loss\": ") + 15;
  edited[at] = edited[at] == '1' ? '2' : '1';
  p.write("r/results.json", edited);
  for (const auto& words : {std::vector<std::string>{"report", "r"}, {"compare", "r", "r"}}) {
    const auto told = p.glia(words);
    INFO(words[0] << ": " << told.out << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err, Contains("results.json: was changed since glia wrote it") &&
                             Contains("glia resume RUN writes it anew"));
  }
  CHECK_THAT(p.glia({"ls", "."}).out, Contains("damaged"));
  REQUIRE(p.glia({"resume", "r", "-q"}).code == 0);  // as the hint says
  CHECK(p.read("r/results.json").substr(0, results.find("\"stages\"")) ==
        results.substr(0, results.find("\"stages\"")));
  CHECK(p.glia({"report", "r"}).code == 0);
  // One of an older version has no seal.
  auto older = p.read("r/results.json");
  const auto seal = older.find(",\n  \"sha256\"");
  REQUIRE(seal != std::string::npos);
  p.write("r/results.json", older.substr(0, seal) + "\n}\n");
  CHECK(p.glia({"report", "r"}).code == 0);
}

TEST_CASE("Weights of an encoder that are damaged, or of no use, are told before anything runs") {
  const Place p;
  const auto vae = [](const std::string& more) {
    auto text = small_pipeline;
    const std::string plain = "plugin = \"identity\"\n";
    return text.replace(text.find(plain), plain.size(),
                        "plugin = \"vae\"\nz_features = 2\nhidden = 3\n" + more);
  };
  p.write("v.toml", vae("train = { epochs = 1 }\n"));
  REQUIRE(p.glia({"run", "v.toml", "-q", "-o", "r"}).code == 0);
  p.write("w.toml", vae("weights = \"w.safetensors\"\n"));
  const auto weights = p.read("r/checkpoints/e.safetensors");
  p.write("w.safetensors", weights);
  REQUIRE(p.glia({"validate", "w.toml"}).code == 0);
  const auto refused = [&](const std::string& why) {
    for (const auto& words :
         {std::vector<std::string>{"validate", "w.toml"}, {"run", "w.toml", "-q", "-o", "s"}}) {
      const auto told = p.glia(words);
      INFO(words[0] << ": " << told.out << told.err);
      CHECK(told.code == 2);
      CHECK_THAT(told.err, Contains("w.toml:7:11: error: ") && Contains("encoder 'e'") &&
                               Contains(why) && !Contains("internal error"));
      CHECK_FALSE(fs::exists(p.folder / "s"));
    }
  };
  auto flipped = weights;
  flipped[flipped.size() - 5] = static_cast<char>(flipped[flipped.size() - 5] ^ 1);
  p.write("w.safetensors", flipped);
  refused("its content is not what was written");
  p.write("w.safetensors", weights.substr(0, weights.size() - 8));
  refused("outside the file's");
  p.write("w.safetensors", "");
  refused("the file ends after 0 bytes");
  p.write("w.safetensors", p.read("r/checkpoints/h.safetensors"));
  refused("has no tensor");
  p.write("w.safetensors", weights);
  auto wider = vae("weights = \"w.safetensors\"\n");
  wider.replace(wider.find("hidden = 3"), 10, "hidden = 4");
  p.write("w.toml", wider);
  refused("but the encoder's is");

  auto plain = small_pipeline;
  plain.insert(plain.find("input = \"d\""), "weights = \"w.safetensors\"\n");
  p.write("i.toml", plain);
  for (const auto& words :
       {std::vector<std::string>{"validate", "i.toml"}, {"run", "i.toml", "-q", "-o", "s"}}) {
    const auto told = p.glia(words);
    INFO(words[0] << ": " << told.out << told.err);
    CHECK(told.code == 2);
    CHECK_THAT(told.err, Contains("i.toml:5:11: error: encoder 'e' has no parameters") &&
                             Contains("leave out 'weights'"));
  }
}

TEST_CASE("A run that is gone on with uses the cache that it began with") {
  const Place p;
  auto text = small_pipeline;
  const auto plain = text.find("plugin = \"identity\"\n");
  text.replace(plain, 20, "plugin = \"vae\"\nz_features = 2\nhidden = 3\ntrain = { epochs = 1 }\n");
  p.write("v.toml", text);
  REQUIRE(p.glia({"run", "v.toml", "-q", "-o", "r", "--cache-dir", "mine"}).code == 0);
  REQUIRE(fs::exists(p.folder / "mine/files"));
  const auto again = [&](std::vector<std::string> more) {
    fs::remove_all(p.folder / "mine");
    fs::remove_all(p.folder / "other");
    fs::remove_all(p.folder / "r/checkpoints");
    more.insert(more.begin(), {"resume", "r", "-q"});
    const auto told = p.glia(more);
    INFO(told.err);
    CHECK(told.code == 0);
    return std::pair(fs::exists(p.folder / "mine/files"), fs::exists(p.folder / "other/files"));
  };
  CHECK(again({}) == std::pair(true, false));
  CHECK(again({"--cache-dir", "other"}) == std::pair(false, true));
  CHECK(again({"--no-cache"}) == std::pair(false, false));
}

TEST_CASE("What a killed run was writing is removed when it is gone on with") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string name : {"r/results.json.tmp-1-2", "r/checkpoints/h.safetensors.tmp-3-4",
                                 "r/figures/a.svg.tmp-5-6"}) {
    p.write(name, "half");
  }
  p.write("r/notes.tmp-x", "mine");
  REQUIRE(p.glia({"resume", "r", "-q"}).code == 0);
  for (const auto& entry : fs::recursive_directory_iterator(p.folder / "r")) {
    const auto name = entry.path().filename().string();
    CHECK((name == "notes.tmp-x" || name.find(".tmp-") == std::string::npos));
  }
  CHECK(fs::exists(p.folder / "r/notes.tmp-x"));
}

TEST_CASE("A run whose data have changed is not told to give other settings") {
  const Place p;
  p.write("t.toml",
          "[dataset.d]\nplugin = \"csv\"\ntrain_file = \"a.csv\"\ntest = 0.5\ntarget = \"kind\"\n"
          "[encoder.e]\nplugin = \"identity\"\ninput = \"d\"\n[network.n]\ninput = \"e\"\n"
          "pattern = [{ wave = \"linear\", width = 2 }]\n[head.h]\nplugin = \"classifier\"\n"
          "input = \"n\"\ntrain = { epochs = 1 }\n");
  p.write("a.csv", "x,kind\n1,a\n2,b\n3,a\n4,b\n");
  REQUIRE(p.glia({"run", "t.toml", "-q", "-o", "r"}).code == 0);
  p.write("a.csv", "x,kind\n1,a\n2,b\n3,a\n5,b\n");
  const auto told = p.glia({"resume", "r", "-q"});
  CHECK(told.code == 4);
  CHECK_THAT(told.err, Contains("r was started with other data:") &&
                           Contains("hint: put the files of its data sets back"));
  const auto both = p.glia({"run", "t.toml", "head.h.train.epochs=2", "-q", "-o", "r", "--resume"});
  CHECK(both.code == 4);
  CHECK_THAT(both.err, Contains("with other settings:") && Contains("files = "));
}

TEST_CASE(
    "Curves and a pipeline that were changed in a run's folder are named by what reads them") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto file = p.folder / "r/epochs.csv";
  const std::string written = glia::read_file(file);
  std::string changed = written;
  changed[changed.rfind("0.")] = '9';
  glia::write_file(file, changed);
  const auto resumed = p.glia({"resume", "r", "-q"});
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.err, Contains("r/epochs.csv was changed since the run wrote it"));
  CHECK(glia::read_file(file) != changed);
  CHECK(glia::read_file(file).substr(0, 60) == written.substr(0, 60));
  CHECK_THAT(p.glia({"resume", "r", "-q"}).err, !Contains("was changed"));
  glia::write_file(p.folder / "r/pipeline.toml", "# another\n");
  const auto page = p.glia({"report", "r", "-o", "r.html"});
  CHECK(page.code == 0);
  CHECK_THAT(page.err, Contains("pipeline.toml was changed since glia wrote it"));
  CHECK_THAT(glia::read_file(p.folder / "r.html"),
             Contains("is not what was run, and is not shown") && !Contains("# another"));
}

TEST_CASE("A named pipe in the place of epochs.csv stops nobody") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  fs::remove(p.folder / "r/epochs.csv");
  REQUIRE(::mkfifo((p.folder / "r/epochs.csv").c_str(), 0600) == 0);
  const auto told = p.glia({"resume", "r", "-q"});
  INFO(told.err);
  CHECK(told.code == 1);
  CHECK_THAT(told.err, Contains("r/epochs.csv is no file"));
}

TEST_CASE("Whole numbers of the command line are whole and from 0") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string seed : {"-1", "010", "0x10", "1e3", "18446744073709551616", "", "3 "}) {
    for (const auto& words : {std::vector<std::string>{"encoder", "r", "-o", "out"},
                              {"compile", "r", "-o", "out"},
                              {"plugin", "check", "xor"}}) {
      auto all = words;
      all.push_back("--seed=" + seed);
      const auto told = p.glia(all);
      INFO(words[0] << " --seed=" << seed << ": " << told.out << told.err);
      CHECK(told.code == 2);
      CHECK_FALSE(fs::exists(p.folder / "out"));
    }
  }
}

TEST_CASE("What is too long to be a text is not read to its end") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string name : {"plan.json", "resolved.toml", "results.json", "provenance.json"}) {
    const auto before = p.read("r/" + name);
    fs::resize_file(p.folder / ("r/" + name), std::uintmax_t{3} << 30);
    for (const std::string command : {"resume", "evaluate", "report", "ls"}) {
      const auto start = std::chrono::steady_clock::now();
      const auto told = p.glia({command, command == "ls" ? "." : "r"});
      INFO(name << ", " << command << ": " << told.err);
      CHECK(told.code != 124);
      CHECK(told.code < 128);
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // a busy machine
    }
    p.write("r/" + name, before);
  }
  CHECK(p.glia({"resume", "r", "-q"}).code == 0);
}

TEST_CASE("Hints hold at the ends of 64-bit numbers") {
  const Place p;
  p.write("w.toml", small_pipeline.substr(0, small_pipeline.find("pattern")) +
                        "narrow_to = 9223372036854775807\npattern = [{ wave = \"gather\" }]\n" +
                        small_pipeline.substr(small_pipeline.find("[head")));
  const auto narrow = p.glia({"validate", "w.toml"});
  CHECK(narrow.code == 2);
  CHECK_THAT(narrow.err, Contains("the row has only") && !Contains("-9223372036854775807"));
  const auto seeds = p.glia({"sweep", "p.toml", "--seeds", "9223372036854775807", "-n"});
  CHECK(seeds.code == 2);
  CHECK_THAT(seeds.err, Contains("at most 1000000 seeds"));
}

TEST_CASE("What is wrong with a sweep's axes is told where the file is checked") {
  const Place p;
  const std::string axes =
      "\n[sweep.axes]\n\"bad.path\" = [1, 2]\n\"network.n.patern\" = [3]\n"
      "\"head.h.train.epochs\" = [1, 2, \"x\"]\n";
  p.write("a.toml", small_pipeline + axes);
  const auto told = p.glia({"validate", "a.toml"});
  INFO(told.err);
  CHECK(told.code == 2);
  CHECK_THAT(told.err, Contains("a.toml:15:15: error: unknown table 'bad'") &&
                           Contains("a.toml:16:23: error: unknown key 'patern'") &&
                           Contains("a.toml:17:32: error: epochs must be an integer"));
  p.write("g.toml", small_pipeline + "\n[sweep.axes]\n\"head.h.train.epochs\" = [1, 2, 3]\n");
  CHECK(p.glia({"validate", "g.toml"}).code == 0);
  const std::string drawn = small_pipeline +
                            "\n[sweep]\nsamples = 4\n[sweep.axes]\n"
                            "\"head.h.train.learning_rate\" = { uniform = [0.0, 1.0] }\n";
  p.write("d.toml", drawn);
  CHECK(p.glia({"validate", "d.toml"}).code == 0);  // 0 is not legal, and is not drawn either
  p.write("e.toml", drawn + "\"head.h.train.epochs\" = { uniform = [-5, 5] }\n");
  const auto of_ends = p.glia({"validate", "e.toml"});
  INFO(of_ends.err);
  CHECK(of_ends.code == 2);
  CHECK_THAT(of_ends.err, Contains("e.toml:18:1: error: epochs must be"));
}

TEST_CASE(
    "Files of a run that are cut or overwritten are told in plain words, with their name once") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string name : {"plan.json", "run.json", "results.json", "provenance.json"}) {
    const auto whole = p.read("r/" + name);
    for (const std::string& damaged :
         {whole.substr(0, whole.size() / 2),
          whole.substr(0, whole.size() / 3) + "xyz" + whole.substr(whole.size() / 3 + 3),
          std::string("{}"), std::string()}) {
      p.write("r/" + name, damaged);
      for (const std::string command : {"evaluate", "report", "resume"}) {
        if (command == "resume" && (name == "results.json" || name == "provenance.json")) continue;
        const auto told = p.glia({command, "r"});
        INFO(name << " (" << damaged.size() << " of " << whole.size() << " bytes), " << command
                  << ": " << told.err);
        CHECK(told.code < 2);
        if (command == "resume") CHECK(told.code == 1);
        if (told.code == 0) continue;
        const auto line = told.err.substr(0, told.err.find('\n'));
        const auto first = line.find("r/" + name);
        CHECK(first != std::string::npos);
        CHECK(line.find("r/" + name, first + 1) == std::string::npos);
        CHECK_THAT(told.err, !Contains("json.exception") && !Contains("internal error"));
        CHECK_THAT(told.err, Contains("hint: "));
      }
    }
    p.write("r/" + name, whole);
  }
}

TEST_CASE("Weights that are another kind of file are told for what they are") {
  const Place p;
  for (const auto& [bytes, kind] : std::vector<std::pair<std::string, std::string>>{
           {"weights of layer one\n", "text"},
           {"{\"weights\": [1, 2, 3]}", "text"},
           {std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), "a PNG picture"},
           {std::string("PK\x03\x04\x14\0\0\0\0\0\0\0", 12),
            "a zip archive, as .npz files and PyTorch's .pt files are"},
           {std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10), "compressed by gzip"},
           {std::string("\x93NUMPY\x01\0v\0{'descr'", 18), "a NumPy array"}}) {
    for (const std::size_t more : {0, 1 << 25}) {  // large ones are told by their start
      p.write("w.safetensors", bytes + std::string(more, 'x'));
      const auto told = p.glia({"validate", "p.toml", "network.n.weights=w.safetensors"});
      INFO(told.out << told.err);
      CHECK(told.code == 2);
      CHECK_THAT(told.err, Contains("this is " + kind + ", and no safetensors file") &&
                               Contains("hint: give one"));
    }
  }
}
