// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/error.hpp>

using namespace compiling;

TEST_CASE(
    "exchange is exact to the bit for a thousand random networks, in rows as the formula says") {
  Drawing draw(1);
  for (int k = 0; k < 1000; ++k) {
    // Most are narrow, so that there can be many; every fiftieth is as wide as 128.
    const std::int64_t widest = k % 50 == 0 ? 128 : 24;
    std::vector<std::int64_t> sizes;
    for (std::int64_t l = draw.between(1, 4); l >= 0; --l) sizes.push_back(draw.between(1, widest));
    const bool sparse = k % 2 == 1;
    const DenseNetwork network = draw.network(sizes, sparse ? 0.3 : 1);
    const Matrix matrix = compiled(network, "exchange", {.place = false});
    INFO("network " << k);
    REQUIRE(identity_error(matrix, network) == 0);
    REQUIRE(static_cast<std::int64_t>(matrix.rows.size()) == exchange_rows(network));
  }
}

TEST_CASE("the sizes of the prototypes come out again") {
  Drawing draw(2);
  const Matrix square = compiled(draw.network({30, 30}), "exchange");
  CHECK(square.rows.size() == 59);
  CHECK(square.widest() == 88);
  CHECK(square.cells() == 3510);
  const Matrix control = compiled(draw.network({20, 20, 10}), "exchange");
  CHECK(control.rows.size() == 73);
  CHECK(control.cells() == 2370);
  const Matrix wide = compiled(draw.network({20, 128, 10}), "exchange");
  CHECK(wide.rows.size() == 289);
  CHECK(wide.cells() == 42546);
}

TEST_CASE("shortest meets the locality bound and keeps eight digits") {
  Drawing draw(3);
  for (std::int64_t n = 3; n <= 30; ++n) {
    const DenseNetwork network = draw.network({n, n});
    const Matrix matrix = compiled(network, "shortest");
    INFO(n);
    CHECK(static_cast<std::int64_t>(matrix.rows.size()) == locality_bound(network));
    CHECK(identity_error(matrix, network) < 1e-8);
  }
  for (const auto& sizes : {std::vector<std::int64_t>{1, 1}, {1, 5}, {6, 2}, {4, 9, 3}, {2, 2}}) {
    const DenseNetwork network = draw.network(sizes);
    CHECK(identity_error(compiled(network, "shortest"), network) < 1e-8);
  }
}

TEST_CASE("shortest says which layer it cannot factor") {
  Drawing draw(4);
  DenseNetwork network = draw.network({5, 5});
  network.layers[0].weight.assign(25, 0);
  network.layers[0].weight[4] = 1;
  network.layers[0].weight[20] = 1;
  try {
    compiled(network, "shortest");
    FAIL("a singular matrix was factored");
  } catch (const Error& e) {
    CHECK(e.message().find("cannot factor layer 0") != std::string::npos);
    CHECK(e.hint().find("--mode exchange") != std::string::npos);
  }
}

TEST_CASE("rotations keep eleven digits at any width, in two rows a neuron") {
  Drawing draw(5);
  for (const auto& sizes : {std::vector<std::int64_t>{30, 30},
                            {1, 1},
                            {2, 2},
                            {3, 3},
                            {20, 128, 10},
                            {7, 4},
                            {4, 7, 2, 5}}) {
    const DenseNetwork network = draw.network(sizes);
    const Matrix matrix = compiled(network, "rotations");
    CHECK(identity_error(matrix, network) < 1e-11);
    std::size_t rows = 0;
    for (const DenseLayer& layer : network.layers)
      rows += 2 * static_cast<std::size_t>(std::max(layer.in, layer.out));
    CHECK(matrix.rows.size() <= rows);
  }
  CHECK(compiled(draw.network({30, 30}), "rotations").cells() == 1800);
}

TEST_CASE("bounds are those of dense and of sparse layers") {
  Drawing draw(6);
  CHECK(locality_bound(draw.network({30, 30})) == 29);
  CHECK(locality_bound(draw.network({20, 128, 10})) == 73 + 68);
  CHECK(counting_bound(draw.network({30, 30})) == 16);  // 900 / 58
  DenseNetwork sparse = draw.network({9, 9});
  sparse.layers[0].weight.assign(81, 0);
  for (std::size_t k = 0; k < 9; ++k) sparse.layers[0].weight[k * 9 + k] = 1;
  CHECK(locality_bound(sparse) == 1);
}

TEST_CASE("resting levels keep every row above 0 and change no answer") {
  Drawing draw(7);
  DenseNetwork network = draw.network({6, 9, 4});
  network.layers[0].response.name = "relu";
  for (const std::string mode : {"exchange", "rotations"}) {
    const Matrix plain = compiled(network, mode);
    Matrix strict = plain;
    make_strict(strict, 3);
    for (int k = 0; k < 300; ++k) {
      std::vector<double> a(static_cast<std::size_t>(strict.inputs));
      for (double& x : a) x = std::max(-3.0, std::min(3.0, 2 * draw.normal()));
      std::vector<double> b = a;
      for (std::size_t r = 0; r < plain.rows.size(); ++r) {
        a = heard(plain.rows[r], a, true);
        b = heard(strict.rows[r], b, true);
        const bool cut = plain.layer_after(r) == 0;
        if (cut) {
          for (double& x : a) x = std::max(0.0, x);
        } else if (r + 1 < plain.rows.size()) {
          for (const double x : b) REQUIRE(x > -1e-12);
        }
        if (r + 1 < plain.rows.size()) {
          for (double& x : b) x = std::max(0.0, x);
        }
      }
      for (std::size_t i = 0; i < a.size(); ++i) REQUIRE(std::abs(a[i] - b[i]) < 1e-10);
    }
  }
  network.layers[0].response.name = "tanh";
  Matrix other = compiled(network, "exchange");
  CHECK_THROWS_AS(make_strict(other, 3), Error);
}

TEST_CASE("cells that are no neurons are silent before a softmax") {
  Drawing draw(8);
  DenseNetwork network = draw.network({5, 8, 3});
  network.layers[0].response.name = "softmax";
  const Matrix matrix = compiled(network, "exchange");
  const MatrixRow& row = matrix.rows[static_cast<std::size_t>(matrix.ends[0].row - 1)];
  REQUIRE(row.out > 8);
  std::int64_t silent = 0;
  for (const double bias : row.bias) silent += bias == silence;
  CHECK(silent == row.out - 8);
}
