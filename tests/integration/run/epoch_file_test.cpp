// SPDX-License-Identifier: MIT
// A run's curves can be read while it goes on.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>
#include <sstream>

namespace {

std::vector<std::vector<std::string>> lines_of(const std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream fields(line);
    lines.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) lines.back().push_back(field);
  }
  return lines;
}

std::vector<std::vector<std::string>> of_head(const std::string& text, const std::string& head) {
  auto lines = lines_of(text);
  std::erase_if(lines, [&](const auto& line) { return line.size() < 2 || line[1] != head; });
  return lines;
}

}  // namespace

TEST_CASE("epochs.csv grows while a run goes on, and a run that was killed goes on with it") {
  const Workplace place(with(small_pipeline, "input = \"matrix\"\ntrain = { epochs = 2",
                             "input = \"matrix\"\ntrain = { epochs = 400"));
  {
    Running run(place, "run small.toml -q -o run");
    const auto grown = [&] {
      return fs::exists(place / "run/checkpoints/astrocytes.safetensors") &&
             of_head(place.read("run/epochs.csv"), "astrocytes").size() >= 3;
    };
    REQUIRE(run.halt_when(grown));
    CHECK_FALSE(fs::exists(place / "run/results.json"));
  }                                                                               // killed
  place.write("run/epochs.csv", place.read("run/epochs.csv") + "astrocytes/tr");  // cut off
  const Outcome resumed = place.glia({"resume", "run", "-q"});
  INFO(resumed.err);
  REQUIRE(resumed.code == 0);
  const std::string text = place.read("run/epochs.csv");
  CHECK(lines_of(text)[0] == std::vector<std::string>{"stage", "head", "epoch", "epochs",
                                                      "train_loss", "metric", "validation", "test",
                                                      "seconds", "samples"});
  CHECK(of_head(text, "").size() == 2);  // the encoder's
  for (const std::string head : {"astrocytes", "neurons"}) {
    const auto lines = of_head(text, head);
    const json curve = place.results("run").at("heads").at(head).at("curve");
    REQUIRE(lines.size() == curve.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(lines[i][2] == std::to_string(i + 1));
      CHECK(std::stod(lines[i][4]) == curve[i].at("train_loss").get<double>());
      CHECK(lines[i][5] == "accuracy");
      CHECK(std::stod(lines[i][7]) == curve[i].at("test_accuracy").get<double>());
    }
  }
}
