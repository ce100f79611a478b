// SPDX-License-Identifier: MIT
// The ways of a compiled network over the cells of a wave, read back from the picture.
#include "catch.hpp"
#include "drawn.hpp"
#include "support.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

std::vector<double> weights_of(const std::vector<json>& layers) {
  std::vector<double> all;
  for (const json& layer : layers) {
    for (const json& row : layer.at("weight")) {
      for (const json& weight : row) all.push_back(weight);
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Row and cell of each place on a way.
std::vector<std::pair<std::size_t, std::size_t>> cells_of(const Group& way) {
  std::vector<std::pair<std::size_t, std::size_t>> cells;
  const auto numbers = numbers_in(way.at("data-cells"));
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    cells.emplace_back(static_cast<std::size_t>(numbers[i]),
                       static_cast<std::size_t>(numbers[i + 1]));
  }
  return cells;
}

}  // namespace

TEST_CASE("every weight of a compiled network is a way from neighbour to neighbour over the wave") {
  // With a silent cell beside the inputs, and without.
  for (const int inputs : {4, 5}) {
    INFO(inputs << " inputs");
    const Workplace place;
    const std::vector<json> layers{layer(inputs, 5, "tanh"), layer(5, 3, "identity", 300)};
    place.write("net.json", network(layers));
    REQUIRE(place.glia({"compile", "net.json", "-o", "matrix"}).code == 0);
    REQUIRE(place.glia({"run", "matrix/pipeline.toml", "-q", "-o", "run"}).code == 0);
    const Outcome drawn =
        place.glia({"wave", "run", "--sample", "2", "--ways", "matrix", "-o", "w.svg"});
    INFO(drawn.err);
    REQUIRE(drawn.code == 0);
    const std::string svg = place.read("w.svg");
    std::vector<std::vector<double>> rows;
    for (const auto& group : groups_of(svg, "row")) {
      rows.push_back(numbers_in(group.at("data-values")));
    }
    std::vector<double> weights;
    for (const auto& way : groups_of(svg, "way")) {
      weights.push_back(std::stod(way.at("data-weight")));
      const auto cells = cells_of(way);
      const auto crossing = static_cast<std::size_t>(std::stoi(way.at("data-crossing")));
      REQUIRE(crossing > 0);
      REQUIRE(crossing < cells.size());
      for (std::size_t i = 1; i < cells.size(); ++i) {
        const auto [row, cell] = cells[i];
        const auto [row_before, cell_before] = cells[i - 1];
        REQUIRE(row == row_before + 1);
        // Rows stand centred above each other: from the middle, a neighbour or the cell itself.
        const auto from_middle = [&](std::size_t r, std::size_t c) {
          return 2 * static_cast<int>(c) - static_cast<int>(rows[r].size());
        };
        CHECK(std::abs(from_middle(row, cell) - from_middle(row_before, cell_before)) <= 2);
        // Until it is weighed, an input is handed on as it is.
        if (i < crossing) CHECK(rows[row][cell] == rows[row_before][cell_before]);
      }
    }
    std::sort(weights.begin(), weights.end());
    const auto expected = weights_of(layers);
    REQUIRE(weights.size() == expected.size());
    for (std::size_t k = 0; k < weights.size(); ++k) CHECK(weights[k] == Approx(expected[k]));
  }
}

TEST_CASE("ways are drawn over the network that was compiled, and no other") {
  const Workplace place;
  place.write("net.json", network({layer(4, 5, "tanh"), layer(5, 3, "identity", 300)}));
  place.write("other.json", network({layer(6, 4, "identity")}));
  REQUIRE(place.glia({"compile", "net.json", "-o", "matrix"}).code == 0);
  REQUIRE(place.glia({"compile", "other.json", "-o", "other"}).code == 0);
  REQUIRE(place.glia({"compile", "net.json", "-o", "mixed", "--mode", "rotations"}).code == 0);
  for (const std::string name : {"matrix", "mixed"}) {
    REQUIRE(place.glia({"run", name + "/pipeline.toml", "-q", "-o", "run_" + name}).code == 0);
  }
  const auto says = [&](const std::string& run, const std::string& folder,
                        const std::string& what) {
    const Outcome done = place.glia({"wave", run, "--ways", folder, "-o", "w.svg"});
    INFO(done.err);
    CHECK(done.code != 0);
    CHECK(has(done.err, what));
    CHECK_FALSE(fs::exists(place / "w.svg"));
  };
  says("run_matrix", "other", "is not as wide as there");
  says("run_mixed", "mixed", "its cells mix what they carry");
  says("run_matrix", "nowhere", "nowhere");
}
