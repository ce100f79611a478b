// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

TEST_CASE("What cannot be written whole leaves nothing in the way") {
  const TempFolder folder;
  const auto run_glia = [&](std::vector<std::string> words) {
    words.insert(words.begin(), GLIA_BINARY_DIR "/bin/glia");
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  };
  const auto limited = [&](const std::string& blocks, const std::string& command) {
    return run_command(
        {"sh", "-c", "ulimit -f " + blocks + "; exec " GLIA_BINARY_DIR "/bin/glia " + command},
        {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  };
  const auto made = limited("1", "plugin new wave/drift -o new/place");
  INFO(made.err);
  CHECK(made.code == 1);
  CHECK_THAT(made.err, Contains("File too large") && Contains("ulimit -f"));
  CHECK_FALSE(fs::exists(folder / "new"));
  CHECK(run_glia({"plugin", "new", "wave/drift", "-o", "new/place"}).code == 0);

  auto text = small_pipeline;
  const std::string plain = "plugin = \"identity\"\n";
  text.replace(text.find(plain), plain.size(),
               "plugin = \"vae\"\nz_features = 2\nhidden = 3\ntrain = { epochs = 1 }\n");
  glia::write_file(folder / "v.toml", text);
  REQUIRE(run_glia({"run", "v.toml", "-q", "-o", "v"}).code == 0);
  const auto drawn = limited("24", "encoder v -o pictures/of");
  INFO(drawn.out << drawn.err);
  CHECK(drawn.code == 1);
  CHECK_FALSE(fs::exists(folder / "pictures"));
  fs::create_directory(folder / "own");
  glia::write_file(folder / "own/notes", "mine");
  CHECK(limited("24", "encoder v -o own").code == 1);
  CHECK(std::distance(fs::directory_iterator(folder / "own"), {}) == 1);
  CHECK(run_glia({"encoder", "v", "-o", "own"}).code == 0);
}
