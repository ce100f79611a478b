// SPDX-License-Identifier: MIT
// Plugins that never come back, close what is not theirs, or leave processes behind.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <cstdlib>
#include <string>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Manners {
  TempFolder folder;

  Manners() {
    glia::write_file(folder / "p.toml", R"([dataset.d]
plugin = "xor"
[encoder.e]
plugin = "identity"
input = "d"
[network.n]
input = "e"
pattern = [{ wave = "rude" }, { wave = "linear", width = 1 }]
[head.h]
plugin = "regression"
input = "n"
train = { epochs = 2 }
)");
  }
  /// A script in which $0 is glia, and the plugin behaves so.
  Outcome shell(const std::string& rude, const std::string& script) const {
    return run_command({"bash", "-c", script, GLIA_BINARY_DIR "/bin/glia"},
                       {{"GLIA_PLUGIN_PATH", GLIA_BINARY_DIR "/tests/guard"},
                        {"GLIA_CACHE_DIR", "off"},
                        {"RUDE", rude}},
                       folder.path().string());
  }
};

}  // namespace

TEST_CASE("A plugin that does not come back is named, and since when") {
  const Manners m;
  for (const std::string command : {"validate p.toml", "run p.toml -q -o r"}) {
    const auto outcome = m.shell(
        "sleep", "\"$0\" " + command +
                     " 2> err & p=$!\n"
                     "for i in $(seq 600); do grep -q 'at work' err && break; sleep 0.1; done\n"
                     "kill -9 $p; cat err >&2");
    CHECK_THAT(outcome.err, Contains("wave layer 'rude' of /") &&
                                Contains("/rude.so has been at work for 1") &&
                                Contains(" s and has not come back"));
  }
}

TEST_CASE("A plugin that closes what is not its own fails the run, and is told which") {
  const Manners m;
  const auto outcome = m.shell("close", "timeout 100 \"$0\" run p.toml -q -o r");
  INFO(outcome.err);
  CHECK(outcome.code == 1);
  CHECK_THAT(outcome.err, Contains("a plugin has closed descriptor ") && Contains("/log.txt)") &&
                              Contains("in stage 'h/train'"));
}

TEST_CASE("A process that a plugin leaves behind is named, and ends with the run") {
  const Manners m;
  const auto outcome = m.shell("fork", "timeout 100 \"$0\" run p.toml -q -o r");
  CHECK(outcome.code == 0);
  const auto at = outcome.err.find("a plugin left sleep (process ");
  REQUIRE(at != std::string::npos);
  const std::string number = std::to_string(std::atoi(outcome.err.c_str() + at + 29));
  CHECK_FALSE(fs::exists("/proc/" + number));
}
