// SPDX-License-Identifier: MIT
// How cells lie travels along the edges: eye (2 x 3) -> near -> answer
#include "toy_parts.hpp"

namespace {

using toy::errors;

std::string sheets(const std::string& pattern, const std::string& more = "") {
  return toy::start + more + "[network.near]\ninput = \"eye\"\npattern = [" + pattern +
         R"(]
[network.last]
input = "near"
pattern = [{ wave = "free", width = 2 }]
[head.answer]
plugin = "plain"
input = "last"
train = { epochs = 1 }
)";
}

/// The shapes of the rows of network `near`.
std::string rows_of(const std::string& text) {
  const auto pipeline = toy::load(text);
  const auto shapes = glia::graph::check_shapes(pipeline.spec);
  std::string all = glia::graph::shape_text(shapes.networks.at("near").in);
  for (const auto& row : shapes.networks.at("near").rows) {
    all += ", " + glia::graph::shape_text(row.out);
  }
  return all;
}

}  // namespace

TEST_CASE("a sheet that an encoder leaves is seen by the layers behind it") {
  CHECK(rows_of(sheets("{ wave = \"sheet\" }, { activation = \"tanh\" }, { wave = \"sheet\" }")) ==
        "2 × 3, 2 × 3, 2 × 3, 2 × 3");
  CHECK(rows_of(sheets("{ wave = \"sheet\", height = 2 }")) == "2 × 3, 2 × 3");
  // Each cell hears its neighbours on 2 x 3, not those of another sheet of six cells.
  const auto pipeline = toy::load(sheets("{ wave = \"sheet\", topology = \"grid4\" }"));
  const auto shapes = glia::graph::check_shapes(pipeline.spec);
  const auto& layer = *shapes.networks.at("near").rows[0].step.layer;
  const auto stencil = static_cast<const glia::StencilLayer&>(layer).stencil(6);
  CHECK(stencil.taps == std::vector<std::int32_t>{0, 1, 3, 0, 1, 2, 4, 1, 2, 5,  //
                                                  0, 3, 4, 1, 3, 4, 5, 2, 4, 5});
}

TEST_CASE("a sheet can be read as a row, and is one from there on") {
  CHECK(rows_of(sheets("{ wave = \"narrow\" }, { wave = \"keep\" }")) == "2 × 3, 5, 5");
  CHECK(rows_of(sheets("{ wave = \"sheet\", topology = \"ring\" }")) == "2 × 3, 6");
  CHECK(rows_of(sheets("{ wave = \"keep\" }, { wave = \"sheet\", height = 3 }")) ==
        "2 × 3, 6, 3 × 2");
}

TEST_CASE("a shape that does not fit is an error at its place") {
  CHECK(errors(sheets("{ wave = \"sheet\", height = 3 }")) ==
        "FILE:6:10: error: height = 3, but the sheet that it hears has 2 rows of 3 cells, in wave "
        "'sheet' (FILE:8:14) on a sheet of 2 × 3 cells\n"
        "  hint: leave out 'height': the layer sees the sheet as it is");
  CHECK(errors(sheets("{ wave = \"keep\" }, { wave = \"sheet\" }"))
            .find("6 cells make no square sheet") != std::string::npos);
}

TEST_CASE("features in an order of the host's own, and joined sheets, lie side by side") {
  const std::string text = sheets("{ wave = \"sheet\" }");
  const auto at = text.find("plugin = \"same\"\n");
  const std::string mixed = std::string(text).insert(at, "feature_order = 4\n");
  CHECK(errors(mixed).find("6 cells make no square sheet") != std::string::npos);

  const auto joined = [](const std::string& join) {
    return toy::start + "[network.side]\ninput = \"eye\"\npattern = [{ wave = \"sheet\" }]\n" +
           "[network.near]\ninput = [\"eye\", \"side\"]\njoin = \"" + join +
           "\"\npattern = [{ wave = \"keep\" }]\n[head.answer]\nplugin = \"plain\"\n" +
           "input = \"end\"\n[network.end]\ninput = \"near\"\n" +
           "pattern = [{ wave = \"free\", width = 2 }]\n";
  };
  CHECK(rows_of(joined("concat")) == "12, 12");
  CHECK(rows_of(joined("add")) == "2 × 3, 6");
}
