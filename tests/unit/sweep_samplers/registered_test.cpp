// SPDX-License-Identifier: MIT
// A sampler and a launcher of one's own: one file, and everything knows them by name.
#include "../config/support.hpp"
#include "catch.hpp"
#include "config/editor_schema.hpp"
#include "config/reference_page.hpp"
#include "config/template.hpp"
#include "sweep/launcher.hpp"
#include "sweep/sampler.hpp"
#include "sweep/study.hpp"

#include <glia/sdk/error.hpp>

using namespace glia::sweep;

namespace {

struct DiceSettings {
  std::int64_t throws = 1;
};

constexpr auto dice_schema = glia::schema<DiceSettings>(
    glia::field(&DiceSettings::throws, "throws").required().range(1, 6).doc("How many points."));

/// The first so many values of the first axis.
class Dice final : public Sampler {
 public:
  Dice(const DiceSettings& settings, const glia::config::SweepSpec& spec) : settings_(settings) {
    const auto& axis = spec.blocks[0].groups[0][0];
    table_.axis(axis.path);
    for (const auto& value : axis.values) table_.value(0, value);
  }
  std::vector<Point> ask(const std::vector<Point>&) override {
    std::vector<Point> all;
    for (int i = 0; i < settings_.throws; ++i) all.push_back({i});
    return all;
  }

 private:
  DiceSettings settings_;
};

const glia::Registered<SamplerEntry> dice(sampler<Dice>("dice", dice_schema,
                                                        "The first values of an axis."));

struct PigeonSettings {
  std::string loft = "roof";
};

constexpr auto pigeon_schema = glia::schema<PigeonSettings>(
    glia::field(&PigeonSettings::loft, "loft").doc("Where they start."));

class Pigeons final : public Launcher {
 public:
  std::string place() const override { return "the pigeons"; }
  bool is_detached() const override { return true; }
  Submitted submit(HeldSweep& sweep) const override {
    return {0, pigeon_schema.parse(sweep.settings()).loft};
  }
  bool has_begun(const std::filesystem::path&) const override { return false; }
  Watched watch(const std::filesystem::path&) const override { return {{{"FLYING", 2}}, {}, {}}; }
  std::string stop(const std::filesystem::path&) const override { return "called back\n"; }
  std::size_t collect(HeldSweep&) const override { return 0; }
};

const glia::Registered<LauncherEntry> pigeons(
    {{.name = "pigeons", .doc = "Slow, but they arrive.", .fields = pigeon_schema.fields()},
     [] { return std::make_unique<Pigeons>(); }});

const std::string axes = "axes = { a.b = [5, 6, 7] }\n";

glia::config::PipelineTemplate source(const std::string& sweep) {
  return {std::string(good_file) + sweep, "p.toml", {}, fake_catalog()};
}

std::string problem(const std::string& sweep) {
  try {
    source(sweep);
  } catch (const glia::Error& e) {
    return e.what();
  }
  return "";
}

/// The value of a setting of the sweep, as `glia config` has it; "" if it has none.
std::string told(const glia::config::PipelineTemplate& file, const std::string& path) {
  for (const auto& setting : file.sweep().settings) {
    if (setting.path == path) return setting.value;
  }
  return "";
}

}  // namespace

TEST_CASE("A sampler of one's own is found by its name, with its settings") {
  const auto file = source("[sweep]\nsampler = \"dice\"\nthrows = 2\n" + axes);
  Study study(file.sweep());
  CHECK(study.more({}) == std::vector<Point>{{0}, {1}});
  CHECK(study.is_complete());
  const std::string begin = "[sweep]\nsampler = \"dice\"\n";
  CHECK(problem(begin + axes).find("'sweep' lacks the required key 'throws'") != std::string::npos);
  CHECK(problem(begin + "throws = 7\n" + axes).find("throws must be between 1 and 6, not 7") !=
        std::string::npos);
  CHECK(problem(begin + "throw = 2\nthrows = 2\n" + axes).find("did you mean 'throws'?") !=
        std::string::npos);
  // Its settings are not told to be of another one.
  CHECK(problem("[sweep]\nsampler = \"dise\"\nthrows = 2\n" + axes).find("throws") ==
        std::string::npos);
  CHECK(problem("[sweep]\nsampler = \"dise\"\n" + axes).find("did you mean 'dice'?") !=
        std::string::npos);
  CHECK(problem("[sweep]\nthrows = 2\n" + axes)
            .find("'throws' is no setting of the sampler 'grid'\n  hint: it belongs to 'dice'") !=
        std::string::npos);
  CHECK(glia::config::editor_schema(fake_catalog()).find("\"throws\"") != std::string::npos);
  CHECK(told(file, "sweep.sampler") == "\"dice\"");
  CHECK(told(file, "sweep.throws") == "2");
  const std::string page = glia::config::reference_page();
  CHECK(page.find("### sampler `dice`\n\nThe first values of an axis.") != std::string::npos);
  CHECK(page.find("| `throws` | integer | required | between 1 and 6 | - | How many points. |") !=
        std::string::npos);
}

TEST_CASE("A launcher of one's own is found by its name, with its table") {
  CHECK(make_launcher("pigeons")->place() == "the pigeons");
  const auto file = source("[sweep]\npigeons = { loft = \"barn\" }\n" + axes);
  CHECK(pigeon_schema.parse(file.sweep().launchers.at("pigeons")).loft == "barn");
  CHECK(problem("[sweep]\npigeons = { lofts = \"barn\" }\n" + axes).find("did you mean 'loft'?") !=
        std::string::npos);
  CHECK(problem("[sweep]\npigeon = { loft = \"barn\" }\n" + axes).find("did you mean 'pigeons'?") !=
        std::string::npos);
  CHECK(glia::config::editor_schema(fake_catalog()).find("\"loft\"") != std::string::npos);
  CHECK(told(file, "sweep.pigeons.loft") == "\"barn\"");
  const std::string page = glia::config::reference_page();
  CHECK(page.find("## `[sweep.pigeons]`\n\nSlow, but they arrive.") != std::string::npos);
  CHECK(page.find("| `loft` | text | `\"roof\"` | - | - | Where they start. |") !=
        std::string::npos);
  CHECK_THROWS_WITH(make_launcher("crows"), Catch::Contains("there is no launcher 'crows'"));
}

TEST_CASE("A name is registered once") {
  CHECK_THROWS_WITH(glia::Registered<SamplerEntry>(sampler<Dice>("grid", dice_schema, "Again.")),
                    Catch::Contains("sampler 'grid' is registered twice"));
}

TEST_CASE("What selects does not read the test split") {
  const auto found = problem(
      "[sweep]\nsampler = \"tpe\"\ntrials = 4\nobjective = \"digit.test_accuracy\"\n" + axes);
  CHECK(found.find("write validation_ in place of test_") != std::string::npos);
}
