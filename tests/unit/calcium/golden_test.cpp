// SPDX-License-Identifier: MIT
// Cells against traces of the Brian 2 simulator (tests/golden/README.md).
#include "catch.hpp"
#include "core/files.hpp"

#include <glia/sdk/calcium.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace glia::calcium;
using nlohmann::json;

namespace {

using State = Cell<double>;

json entries(const std::string& kind) {
  json found = json::array();
  for (const auto& entry :
       json::parse(glia::read_file(GLIA_SOURCE_DIR "/tests/golden/calcium.json"))) {
    if (entry.at("kind") == kind) found.push_back(entry);
  }
  return found;
}

/// Traces are sampled now and then, and chaotic in the end.
class Traces {
 public:
  explicit Traces(const json& entry) : entry_(entry), times_(entry.at("times_s")) {}

  std::size_t count() const { return times_.size(); }
  std::size_t step(std::size_t sample, double dt) const {
    return static_cast<std::size_t>(std::llround(times_[sample] / dt));
  }
  void check(std::size_t sample, const std::vector<State>& cells) {
    const double allowed = times_[sample] <= 50 ? 1e-9 : 1e-6;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      check("C_uM", c, sample, cells[c].calcium, allowed);
      check("I_uM", c, sample, cells[c].ip3, allowed);
      check("h", c, sample, cells[c].open, allowed);
      if (entry_.contains("G")) check("G", c, sample, cells[c].bound, allowed);
    }
  }

 private:
  void check(const char* name, std::size_t cell, std::size_t sample, double is, double allowed) {
    const double wanted = entry_.at(name).at(cell).at(sample);
    INFO(name << " of cell " << cell << " at " << times_[sample] << " s: " << is << ", not "
              << wanted);
    CHECK(std::abs(is - wanted) <= allowed);
  }

  const json& entry_;
  std::vector<double> times_;
};

std::vector<State> start(const json& entry, std::size_t cells) {
  State cell{entry.at("C0_uM"), entry.at("h0"), entry.at("I0_uM")};
  cell.bound = entry.value("G0", 0.0);
  return std::vector(cells, cell);
}

template <class Advance>
void compare(const json& entry, Tissue<double>& tissue, double dt, const Advance& advance) {
  Traces traces(entry);
  std::size_t step = 0;
  for (std::size_t sample = 0; sample < traces.count(); ++sample) {
    for (; step < traces.step(sample, dt); ++step) advance();
    traces.check(sample, tissue.cells());
  }
}

/// A row of cells, open or closed, some of which a square wave drives; what neighbours exchange is
/// held over a step.
void check_row(const json& entry, bool closed) {
  const auto cells = entry.at("cells").get<std::size_t>();
  const double dt = entry.at("dt_ms").get<double>() / 1000, bias = entry.at("bias_uM");
  const double period = entry.at("period_s"), on = entry.at("on_s");
  const std::vector<std::size_t> driven = entry.at("driven");
  Tissue<double> tissue(stimberg_network(), start(entry, cells));
  std::vector<double> exchanged(cells);
  compare(entry, tissue, dt, [&] {
    const auto& now = tissue.cells();
    for (std::size_t c = 0; c < cells; ++c) {
      exchanged[c] = 0;
      if (closed || c > 0) {
        exchanged[c] -= junction(now[c].ip3 - now[(c + cells - 1) % cells].ip3);
      }
      if (closed || c + 1 < cells) exchanged[c] -= junction(now[c].ip3 - now[(c + 1) % cells].ip3);
    }
    tissue.advance(dt, [&](double seconds, auto states, auto drives) {
      for (std::size_t c = 0; c < cells; ++c) {
        const bool is_driven = std::find(driven.begin(), driven.end(), c) != driven.end();
        const double outside = is_driven && std::fmod(seconds, period) < on ? bias : 0;
        drives[c].ip3 = exchanged[c] - junction(states[c].ip3 - outside);
      }
    });
  });
}

}  // namespace

TEST_CASE("rings of cells compute the traces of the Brian 2 simulator") {
  const json rings = entries("ring");
  REQUIRE(rings.size() == 2);
  for (const auto& entry : rings) check_row(entry, true);
}

TEST_CASE("a chain of cells computes the traces of the Brian 2 simulator") {
  const json chains = entries("chain");
  REQUIRE(chains.size() == 1);
  for (const auto& entry : chains) check_row(entry, false);
}

TEST_CASE("single cells under glutamate compute the traces of the Brian 2 simulator") {
  const json singles = entries("single");
  REQUIRE(singles.size() == 2);
  for (const auto& entry : singles) {
    const std::vector<double> glutamate = entry.at("Y_uM");
    const double dt = entry.at("dt_ms").get<double>() / 1000, bias = entry.at("bias_uM");
    Tissue<double> tissue(stimberg_glutamate(), start(entry, glutamate.size()));
    compare(entry, tissue, dt, [&] {
      tissue.advance(dt, [&](double, auto states, auto drives) {
        for (std::size_t c = 0; c < glutamate.size(); ++c) {
          drives[c] = {-junction(states[c].ip3 - bias), glutamate[c]};
        }
      });
    });
  }
}
