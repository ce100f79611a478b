// SPDX-License-Identifier: MIT
// What must not happen silently: to streams, signals and processes, and to what enters.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

const std::string program = GLIA_BINARY_DIR "/bin/glia";

const std::string pipeline = R"([dataset.rows]
plugin = "rows"
file = "rows.txt"
[encoder.pass]
plugin = "identity"
input = "rows"
[network.net]
input = "pass"
pattern = [{ wave = "rude" }, { wave = "linear", width = 2 }]
[head.answer]
plugin = "classifier"
input = "net"
train = { epochs = 2, batch_size = 8 }
)";

/// A folder with a pipeline and its data.
struct Workplace {
  TempFolder folder;

  Workplace() {
    write("p.toml", pipeline);
    write("rows.txt", rows(40, 1));
  }
  static std::string rows(int count, int factor) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += std::to_string(i % 2) + ' ' + std::to_string(factor * (i % 7) + i % 2) + '\n';
    }
    return text;
  }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
  std::map<std::string, std::string> environment(const std::string& rude) const {
    return {{"GLIA_CACHE_DIR", (folder / "cache").string()},
            {"GLIA_PLUGIN_PATH", GLIA_BINARY_DIR "/tests/guard"},
            {"RUDE", rude}};
  }
  Outcome glia(std::vector<std::string> arguments, const std::string& rude = "") const {
    arguments.insert(arguments.begin(), program);
    return run_command(arguments, environment(rude), folder.path().string());
  }
  /// With `$0` as the program.
  Outcome shell(const std::string& script) const {
    return run_command({"bash", "-c", script, program}, environment(""), folder.path().string());
  }
};

}  // namespace

TEST_CASE("No command ends well when its results cannot be written") {
  const Workplace w;
  REQUIRE(w.glia({"run", "p.toml", "-q", "-o", "done"}).code == 0);
  REQUIRE(w.glia({"sweep", "p.toml", "--seeds", "2", "-j", "1", "-o", "s"}).code == 0);
  for (const std::string command : {"run p.toml --json -q -o r1",
                                    "run p.toml -q -o r2",
                                    "run p.toml -n",
                                    "validate p.toml",
                                    "config p.toml",
                                    "config p.toml --json",
                                    "graph p.toml",
                                    "schema",
                                    "plugin list",
                                    "plugin list --json",
                                    "plugin inspect rude",
                                    "data list",
                                    "data list --json",
                                    "cache ls",
                                    "cache why p.toml",
                                    "cache verify",
                                    "status s",
                                    "status s --json",
                                    "doctor",
                                    "--version",
                                    "--help",
                                    "run --help",
                                    "completion bash",
                                    "sweep p.toml --seeds 2 -n",
                                    "sweep p.toml --seeds 3 -j 1 -o t",
                                    "report done",
                                    "compare done done"}) {
    INFO(command);
    const auto outcome = w.shell("\"$0\" " + command + " > /dev/full");
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("cannot write to standard output: No space left on device"));
  }
}

TEST_CASE("Closed standard streams take nothing from the files of a run") {
  const Workplace w;
  const auto open = w.glia({"run", "p.toml", "-q", "--json", "-o", "open"});
  REQUIRE(open.code == 0);
  // It ends as one that nobody can hear; what it has left is whole.
  CHECK(w.shell("\"$0\" run p.toml -v -o closed <&- >&- 2>&-").code == 1);
  CHECK(glia::read_file(w.folder / "closed/checkpoints/answer.safetensors") ==
        glia::read_file(w.folder / "open/checkpoints/answer.safetensors"));
}

TEST_CASE("What a plugin prints never stands among results") {
  const Workplace w;
  const auto outcome = w.glia({"run", "p.toml", "-q", "--json", "-o", "r"}, "print");
  CHECK(outcome.code == 0);
  CHECK(nlohmann::json::parse(outcome.out).at("status") == "ok");
  CHECK_THAT(outcome.err, Contains("DEBUG"));
  CHECK_THAT(w.glia({"validate", "p.toml"}, "print").out, !Contains("DEBUG"));
}

TEST_CASE("A plugin that ends the program or throws anything is named") {
  const Workplace w;
  for (const std::string mode : {"exit", "quick-exit"}) {
    for (const std::string command : {"run", "sweep", "validate"}) {
      INFO(mode << ' ' << command);
      std::vector<std::string> words{command, "p.toml"};
      if (command == "sweep") words.insert(words.end(), {"--seeds", "2", "-j", "1"});
      const auto outcome = w.glia(words, mode);
      CHECK(outcome.code == 1);
      CHECK_THAT(outcome.err, Contains("rude.so ended the program by exit()"));
    }
  }
  const auto thrown = w.glia({"run", "p.toml"}, "throw-int");
  CHECK(thrown.code == 2);
  CHECK_THAT(thrown.err, Contains("p.toml:") && Contains("something was thrown"));
  // What a plugin does when the program ends does not change how it ended.
  CHECK(w.glia({"validate", "nothing.toml"}, "load-exit-later").code == 2);
}

TEST_CASE("A plugin that crashes, runs out of memory or says too much is named") {
  const Workplace w;
  for (const auto& [mode, signal] : {std::pair<std::string, int>{"crash", 11}, {"abort", 6}}) {
    INFO(mode);
    const auto outcome = w.glia({"validate", "p.toml"}, mode);
    CHECK(outcome.code == 128 + signal);
    CHECK_THAT(outcome.err, Contains("rude.so crashed ("));
  }
  CHECK_THAT(w.glia({"validate", "p.toml"}, "no-memory").err,
             Contains("out of memory") && Contains("wave 'rude'"));
  for (const std::string mode : {"long-words", "long-error"}) {
    const auto outcome = w.glia({"validate", "p.toml"}, mode);
    INFO(mode << ' ' << outcome.err.substr(0, 200));
    CHECK(outcome.code == 2);
    CHECK(outcome.err.size() < 20'000);
    CHECK_THAT(outcome.err.substr(0, 200), Contains("\\x1b[31mxxx") && !Contains("\x1b"));
    CHECK_THAT(outcome.err.substr(outcome.err.size() - 500), Contains("bytes in all)"));
  }
  const auto varies = w.glia({"run", "p.toml"}, "varies");
  CHECK(varies.code == 1);
  CHECK_THAT(varies.err, Contains("hear others each time") && Contains("'rude'"));
}

TEST_CASE("A library that changes the process while it is loaded is refused, and undone") {
  const Workplace w;
  w.write("plain.toml", small_pipeline);
  REQUIRE(w.glia({"run", "plain.toml", "-q", "-o", "before", "--no-cache"}).code == 0);
  for (const auto& [mode, what] : {std::pair<std::string, std::string>{"load-round", "rounding"},
                                   {"load-fast-math", "-ffast-math"},
                                   {"load-chdir", "the current folder"}}) {
    INFO(mode);
    fs::remove_all(w.folder / "xdg");
    auto environment = w.environment(mode);
    environment["XDG_CACHE_HOME"] = (w.folder / "xdg").string();  // a scan of its own
    const auto run = run_command({program, "run", "plain.toml", "-q", "-o", mode, "--no-cache"},
                                 environment, w.folder.path().string());
    CHECK(run.code == 0);
    CHECK(glia::read_file(w.folder / mode / "checkpoints/h.safetensors") ==
          glia::read_file(w.folder / "before/checkpoints/h.safetensors"));
    const auto list =
        run_command({program, "plugin", "list"}, environment, w.folder.path().string());
    CHECK_THAT(list.out + list.err, Contains(what));
  }
}

TEST_CASE("Signals that were ignored stay ignored, and the end of a worker is always seen") {
  const Workplace w;
  const auto hangup = w.shell(
      "trap '' HUP; \"$0\" run p.toml head.answer.train.epochs=4000 -q -o r --no-cache & p=$!; "
      "sleep 1.5; kill -HUP $p; wait $p");
  CHECK(hangup.code == 0);
  const auto child = w.shell("trap '' CHLD; \"$0\" sweep p.toml --seeds 2 -j 2 -o s --no-cache");
  CHECK(child.code == 0);
}

TEST_CASE("A note with another number signals nobody") {
  const Workplace w;
  REQUIRE(w.glia({"sweep", "p.toml", "--seeds", "1", "-j", "1", "-o", "s"}).code == 0);
  const auto stop = w.shell(
      "sleep 60 & s=$!; exec 9>>s/.lock; flock -x 9; "
      "for pid in -1 0 1 4294967295 4294967296 $s; do "
      "printf '{\"host\":\"%s\",\"pid\":%s}' $(hostname) $pid > s/host.json; "
      "\"$0\" stop s; [ $? != 0 ] || exit 7; kill -0 $s || exit 8; done; kill $s");
  INFO(stop.err);
  CHECK(stop.code == 0);
}

TEST_CASE("A changed file is another result, also where the plugin does not say so") {
  const Workplace w;
  REQUIRE(w.glia({"run", "p.toml", "-q", "-o", "one"}).code == 0);
  w.write("rows.txt", Workplace::rows(40, 3));
  REQUIRE(w.glia({"run", "p.toml", "-q", "-o", "two"}).code == 0);
  REQUIRE(w.glia({"run", "p.toml", "-q", "-o", "three", "--no-cache"}).code == 0);
  const auto weights = [&](const std::string& run) {
    return glia::read_file(w.folder / run / "checkpoints/answer.safetensors");
  };
  CHECK(weights("one") != weights("two"));
  CHECK(weights("two") == weights("three"));
}

TEST_CASE("A sweep whose data are replaced while it runs fails such trials, and says why") {
  const Workplace w;
  w.write("other.txt", Workplace::rows(40, 3));
  const auto outcome = w.shell(
      "\"$0\" sweep p.toml --seeds 4 -j 1 -q -o s head.answer.train.epochs=3000 & p=$!; "
      "for i in $(seq 600); do \"$0\" status s --json 2> /dev/null | grep -q '\"ok\":' && break; "
      "sleep 0.05; done; mv other.txt rows.txt; wait $p");
  INFO(outcome.err);
  CHECK(outcome.code == 3);
  const auto trials = nlohmann::json::parse(glia::read_file(w.folder / "s/results.json"))["trials"];
  REQUIRE(trials.size() == 4);
  CHECK(trials[0].at("status") == "ok");
  CHECK(trials[3].at("status") == "failed");
  CHECK_THAT(trials[3].at("error").get<std::string>(),
             Contains("the files of data set 'rows' were changed since the sweep was planned (") &&
                 Contains("rows.txt is what was changed last)"));
  // With leave, the data as they are.
  CHECK(w.glia({"retry", "s", "-q"}).code == 4);
  CHECK(w.glia({"retry", "s", "-q", "--allow-changes"}).code == 0);
}

TEST_CASE("Labels that a plugin makes up are refused with their sample") {
  const Workplace w;
  for (const std::string label : {"2", "-1", "4294967297"}) {
    w.write("rows.txt", Workplace::rows(40, 1) + label + " 1\n");
    const auto outcome = w.glia({"run", "p.toml", "-q"});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("training sample 40 has label " + label));
  }
}

TEST_CASE("A flipped bit in a checkpoint is refused, not resumed from") {
  const Workplace w;
  REQUIRE(w.glia({"run", "p.toml", "-q", "-o", "r", "--no-cache"}).code == 0);
  const fs::path file = w.folder / "r/checkpoints/answer.safetensors";
  std::string bytes = glia::read_file(file);
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
  glia::write_file(file, bytes);
  const auto outcome = w.glia({"run", "p.toml", "-q", "-o", "r", "--resume", "--no-cache"});
  CHECK(outcome.code == 1);
  CHECK_THAT(outcome.err, Contains("answer.safetensors: damaged") && Contains("delete the file"));
  fs::remove(file);
  CHECK(w.glia({"run", "p.toml", "-q", "-o", "r", "--resume", "--no-cache"}).code == 0);
}

TEST_CASE("What a small file asks for is refused in little time and memory") {
  const Workplace w;
  const auto limited = [&](const std::string& command) {
    const auto start = std::chrono::steady_clock::now();
    const auto outcome = w.shell("ulimit -v 6000000; timeout 20 \"$0\" " + command);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));  // loads LibTorch
    return outcome;
  };
  const auto wide = limited(
      "validate p.toml network.net.widen_to=1000000000 "
      "'network.net.pattern=[{ wave = \"spread\" }]'");
  CHECK(wide.code == 2);
  CHECK_THAT(wide.err, Contains("more than 4000000 cells"));
  w.write("deep.toml", [] {
    std::string keys = "a";
    for (int i = 0; i < 60'000; ++i) keys += ".a";
    return keys + " = 1\n";
  }());
  CHECK_THAT(limited("validate deep.toml").err, Contains("nest more than 100 deep"));
  REQUIRE(::mkfifo((w.folder / "pipe.toml").c_str(), 0600) == 0);
  CHECK_THAT(limited("validate pipe.toml").err, Contains("is a named pipe"));
  CHECK_THAT(limited("validate /dev/zero").err, Contains("is a device"));
  fs::resize_file((w.write("big.toml", ""), w.folder / "big.toml"), std::uintmax_t{3} << 30);
  CHECK_THAT(limited("validate big.toml").err, Contains("larger than 1 MiB"));
}
