// SPDX-License-Identifier: MIT
#include "config/extends.hpp"

#include "catch.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace {

/// "value # origin", with the folder's name left out.
std::string setting_of(const glia::config::Pipeline& pipeline, const TempFolder& folder,
                       const std::string& path) {
  for (const auto& setting : pipeline.settings) {
    if (setting.path != path) continue;
    std::string text = setting.value + " # " + setting.origin;
    const std::string start = folder.file("");
    const auto at = text.find(start);
    return at == std::string::npos ? text : text.erase(at, start.size());
  }
  return "none";
}

std::string problems_of(const std::string& file) {
  try {
    glia::config::load_pipeline(file, {}, fake_catalog());
  } catch (const glia::Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a file is laid over those that it extends, and every value keeps its place") {
  const TempFolder folder;
  folder.write("base.toml", good_file);
  folder.write("seeds.toml", "[pipeline]\nseed = 21\n");
  const auto file = folder.write("mine.toml",
                                 "extends = [\"base.toml\", \"seeds.toml\"]\n"
                                 "[pipeline]\nname = \"mine\"\n");
  const auto base = glia::config::load_pipeline(folder.file("base.toml"), {}, fake_catalog());
  const auto mine = glia::config::load_pipeline(file, {}, fake_catalog());
  CHECK(mine.spec.name == "mine");
  CHECK(mine.spec.seed == 21);
  CHECK(mine.spec.heads.size() == base.spec.heads.size());
  CHECK(setting_of(mine, folder, "pipeline.name").find("mine.toml:3:") != std::string::npos);
  CHECK(setting_of(mine, folder, "pipeline.seed") == "21 # seeds.toml:2:8");

  // What is kept of it needs no other file, and is the same pipeline.
  const auto kept = folder.write("kept.toml", mine.text);
  const auto again = glia::config::load_pipeline(kept, {}, fake_catalog());
  CHECK(again.resolved_toml() == mine.resolved_toml());
  CHECK(glia::config::whole_text(file) == mine.text);
  CHECK(glia::config::whole_text(folder.file("base.toml")) == good_file);

  // Overrides come last.
  CHECK(glia::config::load_pipeline(file, {"pipeline.seed=3"}, fake_catalog()).spec.seed == 3);
}

TEST_CASE("what cannot be extended is refused where it is named") {
  const TempFolder folder;
  folder.write("a.toml", "extends = \"b.toml\"\n");
  folder.write("b.toml", "extends = [\"a.toml\"]\n");
  CHECK(problems_of(folder.file("a.toml"))
            .find("b.toml:1:12: error: the files extend each other in a circle: a.toml -> b.toml "
                  "-> a.toml") != std::string::npos);
  folder.write("self.toml", "extends = \"self.toml\"\n");
  CHECK(problems_of(folder.file("self.toml")).find("in a circle") != std::string::npos);
  folder.write("gone.toml", "extends = \"bse.toml\"\n");
  CHECK(problems_of(folder.file("gone.toml")).find("gone.toml:1:11: error: there is no file") !=
        std::string::npos);
  folder.write("number.toml", "extends = 3\n");
  CHECK(problems_of(folder.file("number.toml"))
            .find("extends must be a file or a list of files, not the integer 3") !=
        std::string::npos);
  // Forty files that each name the next one twice would be read more often than anybody waits for.
  for (int i = 0; i < 40; ++i) {
    folder.write(fmt::format("twice{}.toml", i),
                 fmt::format("extends = [\"twice{0}.toml\", \"twice{0}.toml\"]\n", i + 1));
  }
  folder.write("twice40.toml", good_file);
  CHECK(problems_of(folder.file("twice0.toml")).find("more than 200 files are extended") !=
        std::string::npos);
  folder.write("broken.toml", "[pipeline\n");
  folder.write("on_broken.toml", "extends = \"broken.toml\"\n");
  CHECK(problems_of(folder.file("on_broken.toml")).find("broken.toml:1:") != std::string::npos);
}
