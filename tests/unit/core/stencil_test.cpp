// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/sheet.hpp>
#include <glia/sdk/stencil.hpp>

#include <functional>
#include <limits>

using glia::Shape;
using glia::Stencil;
using glia::Topology;

namespace {

std::string message(const std::function<void()>& work) {
  try {
    work();
  } catch (const glia::Error& e) {
    return e.message();
  }
  return "no error";
}

std::vector<std::int32_t> heard(const Stencil& s, std::size_t cell) {
  return {s.taps.begin() + s.first[cell], s.taps.begin() + s.first[cell + 1]};
}

using Cells = std::vector<std::int32_t>;

}  // namespace

TEST_CASE("a band takes offsets that were worked out, a general stencil any taps") {
  std::vector<int> offsets;
  for (int o = -2; o <= 2; o += 2) offsets.push_back(o);
  CHECK(heard(Stencil::band(5, 5, offsets), 2) == Cells{0, 2, 4});
  const Stencil s = Stencil::of(4, {{3, 0, 3}, {1}});
  CHECK(s.in == 4);
  CHECK(s.out == 2);
  CHECK(heard(s, 0) == Cells{0, 3});  // in order, and once
  CHECK(heard(s, 1) == Cells{1});
  s.check(4);
  CHECK(message([] {
          Stencil::of(4, {{0}, {4}});
        }) == "cell 1 would hear cell 4, but the row before has 4");
  CHECK(message([] {
          Stencil::of(4, {{0}, {}});
        }) == "cell 1 of 2 would hear none of the 4 cells before it");
}

TEST_CASE("a stencil that is none is refused by cell and tap") {
  const Stencil good = Stencil::band(6, 6, {-1, 0, 1});
  good.check(6);
  const auto broken = [&](auto spoil) {
    return message([&] {
      Stencil s = good;
      spoil(s);
      s.check(6);
    });
  };
  CHECK(broken([](Stencil& s) { s.taps.back() = 6; }) ==
        "the stencil lets cell 5 hear cell 6 (tap 1), which does not exist: the row has 6");
  CHECK(broken([](Stencil& s) { s.taps.front() = -1; }) ==
        "the stencil lets cell 0 hear cell -1 (tap 0), which does not exist: the row has 6");
  CHECK(broken([](Stencil& s) { s.taps[3] = 0; }) ==
        "the stencil names the taps of cell 1 twice or not in ascending order: tap 1 is cell 0, "
        "after cell 0");
  CHECK(broken([](Stencil& s) { s.first.pop_back(); }) ==
        "the stencil makes 6 cells, so 'first' needs 7 numbers, but has 6");
  CHECK(broken([](Stencil& s) { s.first[2] = 100; }) ==
        "the stencil is broken at cell 1: 'first' goes from 2 to 100");
  CHECK(broken([](Stencil& s) { s.taps.pop_back(); }) ==
        "the stencil has 15 taps, so 'first' must run from 0 to 15, but runs from 0 to 16");
  CHECK(broken([](Stencil& s) { s.in = 7; }) ==
        "the stencil is for rows of 7 cells, but was asked for one of 6");
  CHECK(broken([](Stencil& s) { s.first[1] = 0; }) == "the stencil lets cell 0 hear nobody");
  Stencil lonely = good;
  lonely.first[1] = 0;
  lonely.taps = {0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5};
  lonely.first = {0, 0, 3, 6, 9, 12, 14};
  lonely.may_hear_nobody = true;
  lonely.check(6);
}

TEST_CASE("fixed weights are counted and finite") {
  const Stencil s = Stencil::band(3, 3, {0, 1});
  s.check_weights({1, 1, 1, 1, 1});
  CHECK(message([&] {
          s.check_weights({1, 1});
        }) == "a layer with fixed weights gives 2 of them for 5 taps");
  CHECK(message([&] {
          s.check_weights({1, 1, 1, std::numeric_limits<double>::infinity(), 1});
        }) == "the fixed weight of cell 1 for cell 2 (tap 1) is inf, no finite number");
}

TEST_CASE("neighbours on chains, rings, grids and tori") {
  const Shape sheet{3, 4};
  CHECK(heard(glia::neighbours(sheet, Topology::chain), 3) == Cells{2, 3, 4});
  CHECK(heard(glia::neighbours(sheet, Topology::ring), 0) == Cells{0, 1, 11});
  CHECK(heard(glia::neighbours(sheet, Topology::grid4), 0) == Cells{0, 1, 4});
  CHECK(heard(glia::neighbours(sheet, Topology::grid4), 5) == Cells{1, 4, 5, 6, 9});
  CHECK(heard(glia::neighbours(sheet, Topology::grid8), 3) == Cells{2, 3, 6, 7});
  CHECK(heard(glia::neighbours(sheet, Topology::torus4), 0) == Cells{0, 1, 3, 4, 8});
  CHECK(heard(glia::neighbours(sheet, Topology::torus8), 0) == Cells{0, 1, 3, 4, 5, 7, 8, 9, 11});
  CHECK(glia::distance(Topology::torus8, sheet, 0, 11) == 1);
  CHECK(glia::distance(Topology::grid4, sheet, 0, 11) == 5);
}

TEST_CASE("sheets lose their border, are pooled, and are found in rows") {
  const Stencil inner = glia::without_border({4, 5}, Topology::grid8);
  CHECK(inner.out == 2 * 3);
  CHECK(heard(inner, 0) == Cells{0, 1, 2, 5, 6, 7, 10, 11, 12});
  CHECK(message([] {
          glia::without_border({2, 5}, Topology::grid8);
        }) == "a sheet of 2 x 5 cells that loses 1 on every side has none left");
  const Stencil pool = glia::pooling({4, 5}, 2);
  CHECK(pool.out == 2 * 3);
  CHECK(heard(pool, 1) == Cells{2, 3, 7, 8});
  CHECK(heard(pool, 2) == Cells{4, 9});  // cut at the edge
  CHECK(glia::sheet_of(784) == Shape{28, 28});
  CHECK(glia::sheet_of(20, 4) == Shape{4, 5});
  CHECK(message([] { glia::sheet_of(20); }) == "20 cells make no square sheet");
  CHECK(message([] { glia::sheet_of(20, 3); }) == "20 cells make no sheet of 3 rows");
}
