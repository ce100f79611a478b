// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/error.hpp>

#include <cstdio>

using namespace compiling;

namespace {

/// The distance between a layer's weights and what its rows make of the identity, of all of them.
double loss(const Matrix& matrix, const DenseNetwork& network) {
  const DenseLayer& layer = network.layers[0];
  double missed = 0, all = 0;
  for (std::int64_t j = 0; j < layer.in; ++j) {
    std::vector<double> row(static_cast<std::size_t>(matrix.inputs + matrix.pad));
    row[static_cast<std::size_t>(j)] = 1;
    for (std::int64_t r = 0; r < matrix.ends[0].row; ++r) {
      row = heard(matrix.rows[static_cast<std::size_t>(r)], row, false);
    }
    for (std::int64_t i = 0; i < layer.out; ++i) {
      const auto cell = static_cast<std::size_t>(matrix.ends[0].cells[static_cast<std::size_t>(i)]);
      missed += (row[cell] - layer.at(i, j)) * (row[cell] - layer.at(i, j));
      all += layer.at(i, j) * layer.at(i, j);
    }
  }
  return std::sqrt(missed / all);
}

}  // namespace

TEST_CASE("rows are taken one by one, and what is left comes as near to the weights as it can") {
  Drawing draw(31);
  const DenseNetwork network = draw.network({12, 12});
  const Matrix whole = compiled(network, "rotations");
  const auto rows = static_cast<std::int64_t>(whole.rows.size());
  double before = loss(whole, network);
  CHECK(before < 1e-12);
  for (std::int64_t left = rows; left >= 1; --left) {
    const Matrix matrix = compiled(network, "rotations", {.rows = left});
    INFO(left << " rows");
    REQUIRE(static_cast<std::int64_t>(matrix.rows.size()) == left);
    const double now = loss(matrix, network);
    CHECK(now > before - 0.05);  // about the more, the fewer; single rows may be lucky
    if (left >= 18) CHECK(now < 0.15);
    if (left <= 3) CHECK(now > 0.5);
    before = now;
  }
  // A row alone holds the band of three, and fits it exactly.
  const Matrix one = compiled(network, "rotations", {.rows = 1});
  for (std::int64_t i = 0; i < 12; ++i) {
    for (std::int64_t t = 0; t < 3; ++t) {
      const std::int64_t j = i + t - 1;
      if (j < 0 || j >= 12) continue;
      CHECK(one.rows[0].weight[static_cast<std::size_t>(i)][static_cast<std::size_t>(t)] ==
            Approx(network.layers[0].at(i, j)).margin(2e-3));
    }
  }
}

TEST_CASE("a network keeps its inputs and outputs however few rows are left, and says how few") {
  Drawing draw(32);
  for (const auto& sizes : {std::vector<std::int64_t>{5, 9, 4}, {1, 6}, {7, 2, 3}, {8, 8, 2}}) {
    DenseNetwork network = draw.network(sizes);
    std::int64_t least = 0;
    try {
      compiled(network, "rotations", {.rows = 1});
      FAIL("two layers, or widths that differ, in one row");
    } catch (const Error& e) {
      CHECK(e.code() == ErrorCode::usage);
      REQUIRE(std::sscanf(e.hint().c_str(), "give %ld to", &least) == 1);
    }
    const Matrix matrix = compiled(network, "rotations", {.rows = least});
    CHECK(static_cast<std::int64_t>(matrix.rows.size()) == least);
    CHECK(matrix.rows.back().out == network.out());
    CHECK(matrix.ends.size() == network.layers.size());
    CHECK_THROWS_AS(compiled(network, "rotations", {.rows = least - 1}), Error);
  }
  const DenseNetwork network = draw.network({6, 6});
  const Matrix whole = compiled(network, "rotations");
  const Matrix more = compiled(network, "rotations", {.rows = 1000});
  CHECK(more.rows.size() == whole.rows.size());
  CHECK(identity_error(more, network) == identity_error(whole, network));
}

TEST_CASE("a layer without weights, or of one neuron, can lose rows too") {
  Drawing draw(33);
  DenseNetwork zero = draw.network({6, 6});
  zero.layers[0].weight.assign(36, 0);
  CHECK(identity_error(compiled(zero, "rotations", {.rows = 3}), zero) < 1e-12);
  DenseNetwork single = draw.network({3, 1});
  CHECK(compiled(single, "rotations", {.rows = 2}).rows.size() == 2);
}
