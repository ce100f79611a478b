// SPDX-License-Identifier: MIT
// Adding a thing costs one place: a kind of node of this file, with a setting of the host in a table
// of its own, is seen by everything that reads records.
#include "config/node_kind.hpp"

#include "config/editor_schema.hpp"
#include "config/reference_page.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"
#include "toy_parts.hpp"
#include "train/stage_work.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace glia;

namespace {

/// How sharply a probe looks.
struct LensKeys {
  double focus = 0.5;
  bool wide = false;
};
constexpr auto lens_schema =
    schema<LensKeys>(field(&LensKeys::focus, "focus").range(0, 1).doc("Where it is sharp."),
                     field(&LensKeys::wide, "wide").doc("Whether it sees more."));

const config::HostTable& lens_table() {
  static const auto table = config::table_of(lens_schema, "lens", "How a probe looks.");
  return table;
}

/// [probe.ID] input = "HEAD", every = 2, lens = { ... }
struct ProbeKeys {
  std::string reads;
  std::int64_t every = 1;
};
constexpr auto probe_schema = schema<ProbeKeys>(
    field(&ProbeKeys::reads, "input").required().doc("The head that it looks at."),
    field(&ProbeKeys::every, "every").at_least(1).unit("epochs").doc("How often it looks."));

const config::HostTable& probe_table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(probe_schema, "probe", "Looks at what a head has learned.");
    made.sections = {{"lens", "How it looks.", config::Section::Holds::table, lens_table}};
    return made;
  }();
  return table;
}

const config::TableNode& probe(const config::Node& node) {
  return static_cast<const config::TableNode&>(node);
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "probe";
  kind.table = probe_table;
  kind.reads = {"head"};
  kind.wanted = true;
  kind.check = [](const config::Node& node, graph::Edges& edges) {
    if (!edges.shapes().heads.contains(node.input().id)) return;
    edges.at(node.input().source, [&] {
      const auto& seen = edges.shapes().heads.at(node.input().id);
      if (seen.networks.empty()) throw Error(ErrorCode::shape, "nothing to look at");
    });
  };
  kind.plan = [](const config::Node& node, graph::Planner& planner) {
    const auto* head = config::find_node(planner.spec(), node.input().id);
    return planner.add(graph::Stage::Kind::own, node.id, "look", {planner.stage_of(*head)},
                       graph::identity_of(probe(node).values) +
                           graph::identity_of(probe(node).sections.at("lens"), "lens."));
  };
  kind.work = [](const train::StageWork& work) {
    const auto& head = work.results.heads.at(work.node.input().id);
    const auto every = std::get<std::int64_t>(probe(work.node).values.at("every"));
    write_file(work.environment.checkpoints / (work.node.id + ".txt"),
               std::to_string(head.curve.size()) + " epochs, every " + std::to_string(every));
    return false;
  };
  return kind;
}

const Registered<config::NodeKind> registered_kind(record());

std::string probed(const std::string& lines) {
  return toy::start + R"([network.last]
input = "eye"
pattern = [{ wave = "free", width = 2 }]
[head.answer]
plugin = "plain"
input = "last"
train = { epochs = 2 }
[probe.eyepiece]
)" + lines;
}

const std::string good = "input = \"answer\"\nevery = 2\nlens = { focus = 0.25 }\n";

}  // namespace

TEST_CASE("a kind of node of one file has settings with origins, and is in the resolved file") {
  const auto pipeline = toy::load(probed(good));
  std::map<std::string, std::string> values;
  for (const auto& setting : pipeline.settings) values[setting.path] = setting.value;
  CHECK(values.at("probe.eyepiece.input") == "\"answer\"");
  CHECK(values.at("probe.eyepiece.every") == "2");
  CHECK(values.at("probe.eyepiece.lens.focus") == "0.25");
  CHECK(values.at("probe.eyepiece.lens.wide") == "false");
  CHECK(pipeline.settings.back().origin == "default");
  const auto resolved = pipeline.resolved_toml();
  CHECK(resolved.find("[probe.eyepiece]\ninput = \"answer\"\nevery = 2\n"
                      "lens = { focus = 0.25, wide = false }\n") != std::string::npos);
  CHECK(toy::load(resolved).resolved_toml() == resolved);
}

TEST_CASE("its mistakes are found where they are written, with what was meant") {
  const auto errors = [](const std::string& lines) { return toy::errors(probed(lines)); };
  CHECK(errors(good) == "");
  CHECK(toy::errors(toy::start + "[prob.eyepiece]\n").find("did you mean 'probe'?") !=
        std::string::npos);
  CHECK(errors("input = \"answr\"\n") ==
        "FILE:14:9: error: there is no node 'answr' to read from\n"
        "  hint: did you mean 'answer'?");
  CHECK(errors("input = \"last\"\n") ==
        "FILE:14:9: error: 'last' is a network; a probe reads a head");
  CHECK(errors("input = \"answer\"\nevry = 2\n").find("did you mean 'every'?") !=
        std::string::npos);
  CHECK(errors("input = \"answer\"\nevery = 0\n") ==
        "FILE:15:9: error: every must be at least 1, not 0");
  CHECK(errors("input = \"answer\"\nlens = { focus = 2 }\n") ==
        "FILE:15:18: error: focus must be between 0 and 1, not 2");
  CHECK(errors("input = \"answer\"\nlens = { focs = 1 }\n").find("did you mean 'focus'?") !=
        std::string::npos);
  CHECK(errors("input = \"answer\"\nfocus = 1\n").find("'focus' belongs in lens = { ... }") !=
        std::string::npos);
  CHECK(errors("every = 2\n").find("lacks the required key 'input'") != std::string::npos);
  CHECK(errors("input = [\"answer\"]\n").find("input must be text, not a list") !=
        std::string::npos);
}

TEST_CASE("the editor's schema and the reference have it") {
  const auto all = nlohmann::json::parse(config::editor_schema(toy::parts()));
  const auto& node = all.at("properties").at("probe").at("patternProperties").front();
  CHECK(node.at("properties").at("every").at("minimum") == 1);
  CHECK(node.at("properties").at("lens").at("$ref") == "#/definitions/lens");
  // Asked of files that extend none alone.
  const auto& whole = all.at("anyOf").at(1).at("properties").at("probe");
  CHECK(whole.at("additionalProperties").at("required") == nlohmann::json::array({"input"}));
  CHECK_FALSE(node.contains("required"));
  CHECK(all.at("definitions").at("lens").at("properties").at("focus").at("maximum") == 1);
  const auto page = config::reference_page();
  CHECK(page.find("## `[probe.ID]`\n\nLooks at what a head has learned.") != std::string::npos);
  CHECK(page.find("| `every` | integer | `1` | at least 1 | epochs | How often it looks. |") !=
        std::string::npos);
  CHECK(page.find("## `lens = { ... }`") != std::string::npos);
  CHECK(page.find("| `focus` | number | `0.5` | between 0 and 1 | - | Where it is sharp. |") !=
        std::string::npos);
}

TEST_CASE("it is planned after what it reads, by an identity that all its settings are part of") {
  const auto pipeline = toy::load(probed(good));
  const auto stages = graph::plan_stages(pipeline.spec, graph::check_shapes(pipeline.spec));
  CHECK(stages.back().name == "eyepiece/look");
  CHECK(stages.at(stages.back().inputs.at(0)).name == "answer/train");
  const auto key = [](const std::string& lines) {
    return toy::key_of(probed(lines), "eyepiece/look");
  };
  CHECK(key(good) == key("input = \"answer\"\nevery = 2\nlens = { focus = 0.25, wide = false }\n"));
  CHECK(key(good) != key("input = \"answer\"\nlens = { focus = 0.25 }\n"));
  CHECK(key(good) != key("input = \"answer\"\nevery = 2\nlens = { focus = 0.5 }\n"));
  CHECK(key(good) != key("input = \"answer\"\nevery = 2\nlens = { focus = 0.25, wide = true }\n"));
}

TEST_CASE("it is drawn, checked and run") {
  CHECK(toy::mermaid(probed(good)).find("  node_answer -->|\"\"| node_eyepiece\n") !=
        std::string::npos);
  CHECK(toy::errors(toy::start + "[head.answer]\nplugin = \"plain\"\ninput = \"eye\"\n" +
                    "[probe.eyepiece]\ninput = \"answer\"\n")
            .find("nothing to look at") != std::string::npos);
  const TempFolder folder;
  const auto results = toy::run(probed(good), folder.path());
  CHECK(results.stages.count("eyepiece/look") == 1);
  CHECK(read_file(folder.path() / "eyepiece.txt") == "2 epochs, every 2");
}

TEST_CASE("a name can be taken only once") {
  CHECK_THROWS_AS(Registry<config::NodeKind>::all().add(record()), Error);
}
