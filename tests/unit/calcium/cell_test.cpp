// SPDX-License-Identifier: MIT
// What cells do alone and in rows.
#include "catch.hpp"

#include <glia/sdk/calcium.hpp>
#include <glia/sdk/error.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace glia::calcium;

namespace {

/// Seconds that a wave takes from row to row when each cell is driven by w times what the one
/// before it releases, after a push of 5 s to the first, and through junctions of a strength.
/// Median over rows; 0 if it does not get to the last one.
double seconds_a_row(const Constants& constants, double w, double strength = 0) {
  constexpr std::size_t rows = 30;
  constexpr double dt = 0.05, threshold = 0.3;
  Tissue<double> tissue(constants, std::vector(rows, rest(constants)));
  std::vector<double> arrived(rows, 0);
  while (tissue.seconds() < 150) {
    const double push = tissue.seconds() < 5 ? (w > 0 ? w : 0.5) : 0;
    tissue.advance(dt, [&](double, auto cells, auto drives) {
      drives[0].ip3 = push;
      for (std::size_t c = 1; c < rows; ++c) drives[c].ip3 = w * release(cells[c - 1].calcium);
      for (std::size_t c = 1; c < rows && strength > 0; ++c) {
        const double flow = junction(cells[c - 1].ip3 - cells[c].ip3, strength);
        drives[c - 1].ip3 -= flow;
        drives[c].ip3 += flow;
      }
    });
    for (std::size_t c = 0; c < rows; ++c) {
      if (arrived[c] == 0 && tissue.cells()[c].calcium > threshold) arrived[c] = tissue.seconds();
    }
  }
  if (arrived.back() == 0) return 0;
  std::vector<double> delays;
  for (std::size_t c = 3; c < rows; ++c) delays.push_back(arrived[c] - arrived[c - 1]);
  std::nth_element(delays.begin(), delays.begin() + 13, delays.end());
  return delays[13];
}

}  // namespace

TEST_CASE("cells that nothing drives are at rest, low in calcium") {
  for (const Constants& k : {amplitude_modulated(), frequency_modulated()}) {
    const Cell<double> cell = rest(k);
    const Cell<double> rate = rates(k, cell, Drive<double>{});
    CHECK(std::abs(rate.calcium) < 1e-11);
    CHECK(cell.calcium > 0.02);
    CHECK(cell.calcium < 0.08);
    CHECK(cell.ip3 > 0.05);
    CHECK(cell.open > 0.75);
  }
}

TEST_CASE("a wave of release passes a row in 1.75 s (AM) and 2.3 s (FM)") {
  CHECK(seconds_a_row(amplitude_modulated(), 0.3) == Approx(1.75).epsilon(0.05));
  CHECK(seconds_a_row(frequency_modulated(), 0.5) == Approx(2.3).epsilon(0.05));
}

TEST_CASE("a wave is faster the stronger the release; junctions help it, and carry none alone") {
  const Constants am = amplitude_modulated(), fm = frequency_modulated();
  CHECK(seconds_a_row(am, 0.2) == 0);
  CHECK(seconds_a_row(fm, 0.3) == 0);
  CHECK(seconds_a_row(am, 0.5) == Approx(1.3).epsilon(0.05));
  CHECK(seconds_a_row(am, 1) == Approx(0.9).epsilon(0.06));
  CHECK(seconds_a_row(fm, 1) == Approx(1.5).epsilon(0.05));
  CHECK(seconds_a_row(am, 0.3, 0.09) == Approx(1.65).epsilon(0.04));
  for (const double strength : {0.09, 0.5, 2.0}) {
    CHECK(seconds_a_row(am, 0, strength) == 0);
    CHECK(seconds_a_row(fm, 0, strength) == 0);
  }
}

TEST_CASE("a junction carries little below its threshold, and as much either way") {
  CHECK(junction(0) == 0);
  CHECK(junction(0.15) < 0.001);
  CHECK(junction(0.3) == Approx(0.045));
  CHECK(junction(2) == Approx(0.09));
  CHECK(junction(-0.31) == -junction(0.31));
}

TEST_CASE("half the step changes a cell's answer by less than 1e-5, and its slope is the change") {
  struct Case {
    Constants constants;
    double seconds;
  };
  for (const auto& [k, seconds] : {Case{amplitude_modulated(), 5}, Case{amplitude_modulated(), 10},
                                   Case{frequency_modulated(), 10}}) {
    const Cell<double> cell = rest(k);
    for (double drive = 0.0103; drive < 0.4; drive += 0.0103) {
      INFO(seconds << " s at " << drive << " uM/s");
      const Answer answer = response(k, cell, drive, seconds);
      CHECK(std::abs(answer.value - response(k, cell, drive, seconds, 0.01).value) < 1e-5);
      constexpr double step = 1e-6;
      const double change = (response(k, cell, drive + step, seconds).value -
                             response(k, cell, drive - step, seconds).value) /
                            (2 * step);
      CHECK(answer.slope == Approx(change).epsilon(1e-3).margin(1e-4));
    }
  }
}

TEST_CASE("a cell driven more, or longer, releases more") {
  const Constants k = amplitude_modulated();
  const Cell<double> cell = rest(k);
  double before = -1;
  for (double drive = 0; drive < 0.4; drive += 0.02) {
    const double now = response(k, cell, drive, 5).value;
    CHECK(now > before);
    CHECK(response(k, cell, drive, 10).value >= now);
    before = now;
  }
  CHECK(response(k, cell, 0, 5).value == Approx(release(cell.calcium)));
}

TEST_CASE("a step that is too long stops with cell, time and advice") {
  const Constants k = amplitude_modulated();
  Tissue<double> tissue(k, std::vector(3, rest(k)));
  try {
    for (int step = 0; step < 100; ++step) {
      tissue.advance(4, [](double, auto, auto drives) { drives[1].ip3 = 0.3; });
    }
    FAIL("it went on");
  } catch (const glia::Error& e) {
    INFO(e.what());
    CHECK(e.code() == glia::ErrorCode::numeric);
    CHECK(e.message().find("cell 1 ") != std::string::npos);
    CHECK(e.message().find(" s its calcium") != std::string::npos);
    CHECK(e.hint().find("smaller steps than 4 s") != std::string::npos);
  }
}

TEST_CASE("a cell that oscillates by itself has no rest, and says so") {
  Constants k = amplitude_modulated();
  k.own_rate = 0.1;
  CHECK_THROWS_WITH(rest(k), Catch::Contains("does not come to rest"));
}
