// SPDX-License-Identifier: MIT
// Where glia is run: names that are no text, folders that nobody can write in, tables of other systems.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/utf8.hpp>

#include <string>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Somewhere {
  TempFolder folder;

  Somewhere() {
    write("p.toml", small_pipeline);
    write("t.toml",
          "[dataset.d]\nplugin = \"csv\"\ntrain_file = \"a.csv\"\ntest_file = \"b.csv\"\n"
          "target = \"kind\"\n[encoder.e]\nplugin = \"z_score\"\ninput = \"d\"\n"
          "[network.n]\ninput = \"e\"\npattern = [{ wave = \"linear\", width = 2 }]\n"
          "[head.h]\nplugin = \"classifier\"\ninput = \"n\"\ntrain = { epochs = 1 }\n");
    write("a.csv", "x,kind\n1,a\n2,b\n");
    write("b.csv", "x,kind\n1,a\n3,b\n");
  }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
  bool has(const std::string& name) const { return fs::exists(folder / name); }
  /// A script in which $0 is glia, with a cache of its own.
  Outcome shell(const std::string& script) const {
    return run_command({"timeout", "100", "bash", "-c", script, GLIA_BINARY_DIR "/bin/glia"},
                       {{"GLIA_CACHE_DIR", (folder / "cache").string()}}, folder.path().string());
  }
};

}  // namespace

TEST_CASE("Text is UTF-8 as the standard has it") {
  using glia::not_utf8;
  CHECK_FALSE(
      not_utf8("gr\xC3\xB6\xC3\x9F"
               "e \xE2\x82\xAC \xF0\x9F\xA7\xA0"));
  CHECK_FALSE(not_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF"));
  CHECK(not_utf8("a\xC0\x80") == 1);  // longer than need be
  CHECK(not_utf8("\xE0\x9F\xBF") == 0);
  CHECK(not_utf8("\xF0\x8F\xBF\xBF") == 0);
  CHECK(not_utf8("ab\xED\xA0\x80") == 2);    // half of a pair
  CHECK(not_utf8("\xF4\x90\x80\x80") == 0);  // beyond the last character
  CHECK(not_utf8("abc\xE2\x82") == 3);       // cut off
  CHECK(not_utf8("\x80") == 0);
}

TEST_CASE("A table that is not UTF-8 is told before anything is made of it") {
  const Somewhere p;
  REQUIRE(p.shell("\"$0\" run t.toml -q -o r").code == 0);
  p.write("c.csv", "x\n1\n\xB5\n");
  CHECK_THAT(p.shell("\"$0\" predict r c.csv").err, Contains("c.csv:3: byte 1 of the line, 0xb5"));
  p.write("a.csv",
          "gr\xF6\xDF"
          "e,kind\n1,a\n2,b\n");  // as spreadsheets of Windows save it
  const auto names = p.shell("\"$0\" validate t.toml");
  CHECK(names.code == 2);
  CHECK_THAT(names.err, Contains("a.csv:1: byte 3 of the line, 0xf6, is no UTF-8") &&
                            Contains("hint: save the table as CSV in UTF-8"));
  p.write("a.csv", "x,kind\n1,a\n2,b\xE4r\n");
  CHECK_THAT(p.shell("\"$0\" validate t.toml").err, Contains("a.csv:3: byte 4 of the line, 0xe4"));
  p.write("a.csv", "größe,kind\n1,a\n2,bär\n");
  p.write("b.csv", "größe,kind\n1,a\n3,bär\n");
  CHECK(p.shell("\"$0\" run t.toml -q -o u && \"$0\" evaluate u && \"$0\" predict u b.csv").code ==
        0);
}

TEST_CASE("Where a path is no text nothing is run, and nothing is left") {
  const Somewhere p;
  const auto file = p.shell(
      "mkdir $'w\\xff' && cp *.toml *.csv $'w\\xff' && \"$0\" run "
      "$'w\\xff/t.toml' -q -o r");
  CHECK(file.code == 2);
  CHECK_THAT(file.err, Contains("is not UTF-8") && Contains("rename what has such a name"));
  const auto sweep = p.shell("cd $'w\\xff' && \"$0\" sweep t.toml --seeds 2 -j 1 -q -o s");
  CHECK(sweep.code == 2);
  CHECK_THAT(sweep.err, Contains("is not UTF-8"));
  CHECK(p.shell("cd $'w\\xff' && \"$0\" run p.toml -q").code == 2);
  const auto out = p.shell("\"$0\" run t.toml -q -o $'o\\xff'");
  CHECK(out.code == 2);
  CHECK_THAT(out.err, Contains("is not UTF-8"));
  CHECK(p.shell("test -e r || test -e w*/s || test -e w*/runs || test -e o*").code == 1);
}

TEST_CASE("A temporary folder that is not there is told with what to set") {
  const Somewhere p;
  const auto drawn = p.shell("TMPDIR=/dev/null \"$0\" graph p.toml --format svg");
  CHECK(drawn.code == 1);
  CHECK_THAT(drawn.err, Contains("cannot make a temporary folder in /dev/null: ") &&
                            Contains("hint: set TMPDIR to a folder"));
  CHECK(p.shell("TMPDIR= \"$0\" graph p.toml --format svg").code == 0);
}

TEST_CASE("A run that cannot use its cache leaves nothing in the way") {
  const Somewhere p;
  const auto run = p.shell("GLIA_CACHE_DIR=/proc/none \"$0\" run t.toml -q -o r");
  CHECK(run.code == 1);
  CHECK_THAT(run.err, Contains("cannot use the cache in /proc/none") && Contains("--no-cache"));
  CHECK_FALSE(p.has("r"));
}

TEST_CASE("A cache that only can be read serves what it has, and fails no trial") {
  const Somewhere p;
  REQUIRE(p.shell("\"$0\" sweep t.toml --seeds 2 -j 1 -q -o s").code == 0);
  constexpr int not_allowed = 77;
  const auto outcome = p.shell(
      "unshare -m bash -c 'mount --bind cache cache && mount -o remount,ro,bind cache || exit 77\n"
      "\"$0\" sweep t.toml --seeds 2 -j 1 -q -o t || exit 1\n"
      "\"$0\" sweep t.toml --seeds 2 -j 1 -q -o u encoder.e.plugin=pca encoder.e.z_features=1 "
      "&& exit 2\n"
      "test ! -e u' \"$0\" || exit $?");
  if (outcome.code == not_allowed || outcome.err.find("unshare") != std::string::npos) {
    WARN("mounting is not allowed here");
    return;
  }
  INFO(outcome.err);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Contains("cannot use the cache in ") && Contains("--no-cache"));
}
