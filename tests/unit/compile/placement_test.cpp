// SPDX-License-Identifier: MIT
#include "compile/placement.hpp"

#include "catch.hpp"
#include "support.hpp"

using namespace compiling;

TEST_CASE("a shuffled band of three is found again for nine seeds of ten") {
  int found = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Drawing draw(seed);
    const DenseNetwork network = draw.planted(64, 3, 3);
    found += place(network, seed).reach == 3;
  }
  CHECK(found >= 9);
}

TEST_CASE("a placed network is exact, and in order its rows are n + L (2 reach + 1)") {
  Drawing draw(11);
  for (const std::int64_t reach : {1, 3, 9}) {
    DenseNetwork network = draw.network({64, 64, 64, 64});
    for (DenseLayer& layer : network.layers) {
      for (std::int64_t i = 0; i < 64; ++i) {
        for (std::int64_t j = 0; j < 64; ++j) {
          if (std::abs(i - j) > reach) layer.weight[static_cast<std::size_t>(i * 64 + j)] = 0;
        }
      }
    }
    const Matrix matrix = compiled(network, "exchange");
    CHECK(identity_error(matrix, network) == 0);
    CHECK(static_cast<std::int64_t>(matrix.rows.size()) == 64 + 3 * (2 * reach + 1));
  }
}

TEST_CASE("placed networks keep inputs and outputs in their order, at whatever widths") {
  Drawing draw(12);
  int placed = 0;
  for (int k = 0; k < 40; ++k) {
    std::vector<std::int64_t> sizes;
    for (std::int64_t l = draw.between(1, 4); l >= 0; --l) sizes.push_back(draw.between(1, 20));
    DenseNetwork network = draw.network(sizes, 0.1);
    for (DenseLayer& layer : network.layers) {  // every neuron hears somebody
      for (std::int64_t i = 0; i < layer.out; ++i) {
        layer.weight[static_cast<std::size_t>(i * layer.in + i % layer.in)] = 1;
      }
    }
    Drawn drawn = draw_placed(network, padding(network), {});
    const Matrix matrix = make_matrix(network, drawn, padding(network));
    INFO(k);
    REQUIRE(identity_error(matrix, network) == 0);
    placed += drawn.reach > 0;
  }
  CHECK(placed > 20);
  const DenseNetwork network = draw.planted(40, 2, 2);
  CHECK(identity_error(compiled(network, "exchange"), network) == 0);
  CHECK(compiled(network, "exchange").rows.size() <
        compiled(network, "exchange", {.place = false}).rows.size());
}

TEST_CASE(
    "equal seeds give equal placements, and networks that cannot be placed stay as they are") {
  Drawing draw(13);
  const DenseNetwork network = draw.network({32, 32, 32}, 0.1);
  CHECK(place(network, 5).slots == place(network, 5).slots);
  const DenseNetwork thick = draw.network({12, 12}, 0.8);
  const Matrix matrix = compiled(thick, "exchange");
  CHECK(static_cast<std::int64_t>(matrix.rows.size()) == exchange_rows(thick));
}
