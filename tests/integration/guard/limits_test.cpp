// SPDX-License-Identifier: MIT
// What a small file can ask of whoever checks it, and what a machine is told apart by.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <functional>
#include <tuple>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

const std::string glia_program = GLIA_BINARY_DIR "/bin/glia";

const std::string& good = small_pipeline;

std::string repeated(int count, const std::function<std::string(int)>& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line(i);
  return text;
}

using Attacks = std::vector<std::pair<std::string, std::string>>;  // names and files

std::string letters(int n) { return std::string(static_cast<std::size_t>(n), 'x'); }
std::string numeral(int i) { return std::to_string(i); }

/// What a [sweep] can ask for.
Attacks attacks_by_sweeps() {
  return {
      {"ranges",
       good + "[sweep.axes]\n" +
           repeated(900,
                    [](int i) { return "a.b" + numeral(i) + " = { from = 0, to = 999999 }\n"; })},
      {"real ranges", good + "[sweep.axes]\n" +
                          repeated(900,
                                   [](int i) {
                                     return "a.b" + numeral(i) +
                                            " = { from = 0, to = 1, step = 0.000001 }\n";
                                   })},
      {"a log range", good + "[sweep.axes]\na.b = { from = 1, to = 2, count = 1000000, scale = "
                             "\"log\" }\n"},
      {"a long list", good + "[sweep.axes]\na.b = [" +
                          repeated(150'000, [](int i) { return numeral(i) + ','; }) + "]\n"},
      {"equal values", good + "[sweep.axes]\na.b = [" +
                           repeated(400'000, [](int) { return std::string("1,"); }) + "]\n"},
      {"seeds", good + "[sweep]\nseeds = [" +
                    repeated(150'000, [](int i) { return numeral(i) + ','; }) + "]\n"},
      {"also", good + "[sweep]\nseeds = 900000\n" +
                   repeated(900,
                            [](int i) {
                              return "[[sweep.also]]\naxes = { \"head.h.train.epochs\" = [" +
                                     numeral(i + 1) + "] }\n";
                            })},
      {"zips",
       good + "[sweep]\n" +
           repeated(9000, [](int i) { return "[[sweep.zip]]\na.b" + numeral(i) + " = [1, 2]\n"; })},
      {"rules", good + "[sweep.axes]\na.b = [1, 2]\n[sweep]\nexclude = [" +
                    repeated(9000, [](int) { return std::string("{ \"a.b\" = 1 },"); }) + "]\n"},
      {"wrong rules", good + "[sweep]\nexclude = [" +
                          repeated(300'000, [](int) { return std::string("1,"); }) + "]\n"}};
}

/// The same of a sweep that chooses, for which a trial is looked at.
Attacks attacks_by_choices() {
  std::string kept = good;
  kept.replace(kept.find("\"xor\"\n"), 6, "\"xor\"\nvalidation = 1\n");
  const std::string keep = "[sweep]\nkeep = { best = 2, objective = \"h.validation_loss\" }\n";
  const std::string range =
      "[sweep.axes]\n\"head.h.train.learning_rate\" = { from = 1e-3, to = 1, count = 1000000, "
      "scale = \"log\" }\n";
  return {{"a log range that is chosen from", kept + keep + range},
          {"a log range that is learned from",
           kept +
               "[sweep]\nsampler = \"tpe\"\ntrials = 1000000\nobjective = "
               "\"h.validation_loss\"\n" +
               range},
          {"a log range that is stopped early", kept + "[sweep]\nearly_stopping = {}\n" + range},
          {"a product that is chosen from",
           kept + keep +
               "[sweep.axes]\n\"head.h.train.epochs\" = { from = 1, to = 1000 }\n"
               "\"head.h.train.learning_rate\" = { from = 1e-3, to = 1, count = 1000 }\n"},
          {"samples that are chosen from",
           kept + keep +
               "samples = 1000000\n[sweep.axes]\n\"head.h.train.learning_rate\" = { uniform = "
               "[0.001, 1] }\n"},
          {"seeds that are chosen from", kept + keep + "seeds = 1000000\n"}};
}

/// What tables of nodes, steps and unknown keys can ask for.
Attacks attacks_by_nodes() {
  return {
      {"heads", good + repeated(5000,
                                [](int i) {
                                  return "[head.h" + numeral(i) +
                                         "]\nplugin = \"regression\"\ninput = \"n\"\n";
                                })},
      {"a chain", good + repeated(450,
                                  [](int i) {
                                    return "[network.n" + numeral(i) + "]\ninput = \"n" +
                                           (i == 0 ? "" : numeral(i - 1)) +
                                           "\"\npattern = [{ wave = \"linear\", width = 1 }]\n";
                                  })},
      {"lost inputs", good + repeated(480,
                                      [](int i) {
                                        return "[head.h" + numeral(i) + letters(50) +
                                               "]\nplugin = \"regression\"\ninput = "
                                               "\"m" +
                                               numeral(i) + letters(49) + "\"\n";
                                      })},
      {"unknown keys",
       good + repeated(900, [](int i) { return "k" + numeral(i) + letters(300) + " = 1\n"; })},
      {"a long key", good + letters(900'000) + " = 1\n"},
      {"a long text", good + "[pipeline]\nname = \"" + letters(900'000) + "\"\n"},
      {"a long id", good + "[network." + letters(100'000) + "]\ninput = \"e\"\npattern = [" +
                        repeated(9000, [](int) { return std::string("{activation=\"tanh\"},"); }) +
                        "]\n"},
      {"steps", good + "[network.m]\ninput = \"e\"\npattern = [" +
                    repeated(9900, [](int) { return std::string("{activation=\"tanh\"},"); }) +
                    "]\nrepeat = 1000000\n"},
      {"repeats", good + "[network.m]\ninput = \"e\"\nrepeat = 1000000000\npattern = [{ pattern = "
                         "[{ activation = \"tanh\" }], repeat = 1000000000, skip = true }]\n"},
      {"many repeats", good + repeated(400,
                                       [](int i) {
                                         return "[network.m" + numeral(i) +
                                                "]\ninput = \"e\"\nrepeat = 90000\npattern = "
                                                "[{ activation = \"tanh\" }]\n";
                                       })},
      {"widths", good + repeated(400, [](int i) {
                   return "[network.m" + numeral(i) +
                          "]\ninput = \"e\"\npattern = [{ wave = \"linear\", "
                          "width = 1000000 }]\n";
                 })}};
}

/// What TOML itself can ask for.
Attacks attacks_by_texts() {
  return {
      {"headers", good + repeated(40'000,
                                  [](int i) {
                                    return "[a.b" + numeral(i) + ".c]\n[a.b" + numeral(i) + "]\n";
                                  })},
      {"lists in lists", good + "a = " + repeated(170'000, [](int) { return std::string("[],"); })},
      {"lists", good + "a = [" + repeated(340'000, [](int) { return std::string("[],"); }) + "]\n"},
      {"brackets", std::string(1'000'000, '[')},
      {"quotes", std::string(1'000'000, '"')},
      {"dots", std::string(1'000'000, '.')},
      {"damage", good + "damage = { weight_noise = [" +
                     repeated(200'000, [](int) { return std::string("0.1,"); }) + "] }\n"}};
}

/// Seconds of this process's children up to now.
double seconds_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

TEST_CASE("Whatever a file under a megabyte asks for, checking it takes a second and a gigabyte") {
  const TempFolder folder;
  const auto validate = [&](const std::string& text) {
    REQUIRE(text.size() < (1 << 20));
    glia::write_file(folder / "f.toml", text);
    // LibTorch maps some GiB that it never touches, so memory is watched as what was resident.
    const double before = seconds_of_children();
    const auto done = run_command({"python3", "-c",
                                   "import resource, subprocess, sys\n"
                                   "done = subprocess.run(sys.argv[1:], capture_output=True)\n"
                                   "used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
                                   "print(used >> 10, done.returncode)",
                                   glia_program, "validate", "f.toml"},
                                  {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
    const double spent = seconds_of_children() - before;
    const long megabytes = std::stol(done.out);
    return std::tuple(spent, megabytes, done.out);
  };
  const auto [least_seconds, least_megabytes, told] = validate(good);
  CHECK_THAT(told, Contains(" 0"));
  Attacks attacks = attacks_by_sweeps();
  for (const Attacks& more : {attacks_by_choices(), attacks_by_nodes(), attacks_by_texts()}) {
    attacks.insert(attacks.end(), more.begin(), more.end());
  }
  for (const auto& [name, file] : attacks) {
    INFO(name);
    const auto [seconds, megabytes, end] = validate(file);
    CAPTURE(seconds - least_seconds, megabytes - least_megabytes, end);
    CHECK(seconds - least_seconds < 1.5);  // a second on a machine of one's own
    CHECK(megabytes < 1024);
  }
}

TEST_CASE("Numbers of another kind of machine are told apart, and never taken from the cache") {
  const TempFolder folder;
  glia::write_file(folder / "p.toml", good);
  const auto run = [&](const std::string& out, std::map<std::string, std::string> environment) {
    environment["GLIA_CACHE_DIR"] = (folder / "cache").string();
    const auto done = run_command({glia_program, "run", "p.toml", "-q", "-o", out}, environment,
                                  folder.path().string());
    INFO(done.err);
    REQUIRE(done.code == 0);
    const auto results = nlohmann::json::parse(glia::read_file(folder / out / "results.json"));
    return results.at("stages").at("e/encode").at("reused").get<bool>();
  };
  const auto provenance = [&](const std::string& out) {
    return nlohmann::json::parse(glia::read_file(folder / out / "provenance.json"));
  };
  CHECK_FALSE(run("one", {}));
  CHECK(run("again", {}));
  CHECK(provenance("one").at("machine").at("instruction_set").is_string());
  const nlohmann::json libraries = provenance("one").at("libraries");
  if (!libraries.contains("OpenBLAS")) return;  // another BLAS has no cores to choose
  const std::string now = libraries.at("OpenBLAS");
  const std::string core = now.ends_with("Prescott") ? "Core2" : "Prescott";
  CHECK_FALSE(run("core", {{"OPENBLAS_CORETYPE", core}}));
  CHECK(provenance("core").at("libraries").at("OpenBLAS") != now);
  CHECK(run("core-again", {{"OPENBLAS_CORETYPE", core}}));
  CHECK_FALSE(run("torch", {{"ATEN_CPU_CAPABILITY", "default"}}));
}
