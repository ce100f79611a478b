// SPDX-License-Identifier: MIT
// Rows in continuous time against the cells that they stand for, followed one by one.
#include "catch.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/calcium.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

using namespace glia;

namespace {

/// The plugin's layer for rows of `in` cells, in float64, with all parameters as they start.
struct Rows {
  Rows(const ValueMap& values, std::int64_t in) : parameters(3, "rows", at::kDouble) {
    const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
    const auto& descriptor = *catalog.find(PluginKind::wave_layer, "calcium_rows")->descriptor;
    layer = std::static_pointer_cast<WaveLayer>(
        std::shared_ptr<Layer>(descriptor.make_wave_layer(values)));
    layer->build(in, parameters);
  }
  at::Tensor operator()(const at::Tensor& row) {
    ForwardContext context;
    return layer->forward(row, context);
  }
  at::Tensor parameter(const std::string& name) const {
    for (const auto& [known, tensor] : parameters.all()) {
      if (known == name) return tensor.detach();
    }
    throw Error(ErrorCode::internal, "there is no parameter " + name);
  }
  ParameterSet parameters;
  std::shared_ptr<WaveLayer> layer;
};

/// Two rows of three AM cells with weights that are given, coupled beside and behind one another:
/// the mean of what the last row releases.
std::vector<double> followed(const Rows& rows, const std::vector<double>& x, double coupling) {
  const at::Tensor in = rows.parameter("input.weight"), in_bias = rows.parameter("input.bias");
  const at::Tensor on = rows.parameter("weight"), on_bias = rows.parameter("bias");
  const auto heard = [](const at::Tensor& w, const at::Tensor& bias, std::int64_t j,
                        const auto& of) {
    double sum = bias.flatten()[j].item<double>();
    for (std::int64_t tap = 0; tap < 3; ++tap) {
      const std::int64_t k = j + tap - 1;
      if (k < 0 || k > 2) continue;
      sum += (w.reshape({3, 3})[j][tap].item<double>() + (tap == 1 ? 1.0 : 0.0)) * of(k);
    }
    return sum;
  };
  const auto k = calcium::amplitude_modulated();
  calcium::Tissue<double> tissue(k, std::vector<calcium::Cell<double>>(6, calcium::rest(k)));
  const auto drive = [&](double, auto cells, auto drives) {
    for (std::int64_t j = 0; j < 3; ++j) {
      const double input = heard(in, in_bias, j, [&](auto i) { return x[std::size_t(i)]; });
      const double released = heard(
          on, on_bias, j, [&](auto i) { return calcium::release(cells[std::size_t(i)].calcium); });
      drives[std::size_t(j)].ip3 += std::max(0.06 + 0.03 * input, 0.0);
      drives[std::size_t(j) + 3].ip3 += std::max(0.3 * released, 0.0);
    }
    const std::vector<std::pair<int, int>> touching{{0, 1}, {1, 2}, {3, 4}, {4, 5},
                                                    {0, 3}, {1, 4}, {2, 5}};
    for (const auto& [a, b] : touching) {
      const double flow =
          calcium::junction(cells[std::size_t(a)].ip3 - cells[std::size_t(b)].ip3, coupling);
      drives[std::size_t(a)].ip3 -= flow;
      drives[std::size_t(b)].ip3 += flow;
    }
  };
  std::vector<double> released(3, 0.0);
  for (int step = 0; step < 80; ++step) {
    tissue.advance(0.1, drive);
    for (std::size_t j = 0; j < 3; ++j) {
      released[j] += calcium::release(tissue.cells()[j + 3].calcium) / 80;
    }
  }
  return released;
}

const ValueMap two_rows{{"rows", std::int64_t{2}}, {"seconds", 8.0}, {"dt", 0.1}};

ValueMap with(ValueMap values, const std::string& key, const Value& value) {
  values[key] = value;
  return values;
}

}  // namespace

TEST_CASE("rows do what their cells do, coupled or not") {
  const std::vector<double> x{1.4, -0.5, 2.1};
  const at::Tensor row = at::tensor(x, at::kDouble).unsqueeze(0).expand({17, 3}).contiguous();
  for (const double coupling : {0.0, 0.4}) {
    INFO(coupling);
    Rows rows(with(two_rows, "coupling", coupling), 3);
    const at::Tensor y = rows(row);
    const auto wanted = followed(rows, x, coupling);
    CHECK(wanted[1] > 0.01);
    for (std::int64_t j = 0; j < 3; ++j) {
      CHECK(y[0][j].item<double>() == Approx(wanted[std::size_t(j)]).epsilon(1e-10));
      CHECK(y[16][j].item<double>() == y[0][j].item<double>());
    }
  }
}

TEST_CASE("a wave arrives when calcium of the last row first rises to 0.3 uM, and has a speed") {
  const auto k = calcium::amplitude_modulated();
  calcium::Tissue<double> tissue(k, std::vector<calcium::Cell<double>>(4, calcium::rest(k)));
  double before = 0, now = tissue.cells()[3].calcium;
  while (now < 0.3) {
    tissue.advance(0.05, [](double, auto cells, auto drives) {
      drives[0].ip3 = 0.2;
      for (std::size_t c = 1; c < 4; ++c) {
        drives[c].ip3 = 0.5 * calcium::release(cells[c - 1].calcium);
      }
    });
    before = now, now = tissue.cells()[3].calcium;
  }
  const double seconds = tissue.seconds() - 0.05 * (now - 0.3) / (now - before);
  const ValueMap line{
      {"rows", std::int64_t{4}}, {"seconds", 20.0}, {"dt", 0.05}, {"start", 0.0}, {"mean", 0.2},
      {"spread", 1e-6},          {"gain", 0.5}};
  const auto read = [&](const ValueMap& values) {
    Rows rows(values, 1);
    return rows(at::zeros({1, 1}, at::kDouble)).item<double>();
  };
  CHECK(read(with(line, "readout", std::string("arrival"))) ==
        Approx(1 - seconds / 20).epsilon(1e-9));
  const auto speed = with(with(line, "readout", std::string("speed")), "spacing", 40.0);
  CHECK(read(speed) == Approx(4 * 40 / seconds).epsilon(1e-9));
  CHECK(read(with(speed, "gain", 0.01)) == 0);
  CHECK(read(with(speed, "seconds", 1.0)) == 0);
}

TEST_CASE("gradients are those of central differences") {
  struct Case {
    double coupling;
    std::string readout;
  };
  for (const auto& [coupling, readout] :
       {Case{0.0, "mean"}, Case{0.05, "mean"}, Case{0.0, "arrival"}, Case{0.05, "speed"}}) {
    INFO(coupling << ' ' << readout);
    ValueMap values = with(two_rows, "coupling", coupling);
    if (readout != "mean") values = with(with(values, "gain", 1.0), "mean", 0.2);
    Rows rows(with(values, "readout", readout), 3);
    CHECK((rows(at::tensor({1.4, 0.5, 2.1}, at::kDouble).unsqueeze(0)) > 0).all().item<bool>());
    const at::Tensor x = at::tensor({1.4, 0.5, 2.1}, at::kDouble).unsqueeze(0);
    x.set_requires_grad(true);
    const auto weighed = [&] {
      return (rows(x) * at::tensor({1.0, -2.0, 3.0}, at::kDouble)).sum();
    };
    weighed().backward();
    std::vector<at::Tensor> all{x};
    for (const auto& [name, tensor] : rows.parameters.all()) all.push_back(tensor);
    for (const at::Tensor& p : all) {
      const at::Tensor flat = p.detach().view({-1}), slope = p.grad().reshape({-1});
      for (std::int64_t i = 0; i < flat.numel(); ++i) {
        const double at = flat[i].item<double>(), h = 1e-5;
        flat[i].fill_(at + h);
        const double above = weighed().item<double>();
        flat[i].fill_(at - h);
        const double below = weighed().item<double>();
        flat[i].fill_(at);
        CHECK(slope[i].item<double>() ==
              Approx((above - below) / (2 * h)).epsilon(1e-5).margin(1e-8));
      }
    }
  }
}

TEST_CASE("excitatory cells only excite; ON and OFF cells hear either side") {
  Rows rows({{"signs", std::string("excitatory")}, {"on_off", true}, {"seconds", 5.0}}, 2);
  const at::Tensor up = at::tensor({1.0, 1.0}, at::kDouble).unsqueeze(0);
  const at::Tensor rest = rows(at::zeros({1, 2}, at::kDouble));
  const at::Tensor on = rows(up) - rest, off = rows(-up) - rest;
  REQUIRE(on.size(1) == 4);
  for (std::int64_t j = 0; j < 4; ++j) {
    CHECK((on[0][j].item<double>() > 0) == (j % 2 == 0));
    CHECK((off[0][j].item<double>() > 0) == (j % 2 == 1));
    CHECK(std::min(on[0][j].item<double>(), off[0][j].item<double>()) == 0);
  }
}

TEST_CASE("noise of release takes a row that hears it") {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  const auto& rules = *catalog.find(PluginKind::wave_layer, "calcium_rows")->descriptor;
  const auto wrong = [&](std::int64_t rows) {
    return rules.violations({{"noise", 0.1}, {"rows", rows}}).size();
  };
  CHECK(wrong(1) == 1);
  CHECK(wrong(2) == 0);
}

TEST_CASE("a step that is too long stops with the cell, the time and what to do") {
  Rows rows({{"dt", 5.0}, {"seconds", 100.0}, {"mean", 5.0}}, 2);
  std::string told;
  try {
    rows(at::zeros({1, 2}, at::kDouble));
  } catch (const Error& e) {
    told = std::string(e.what()) + e.hint();
  }
  CHECK(told.find("cell 0 cannot be followed: after ") != std::string::npos);
  CHECK(told.find("smaller steps than 5 s") != std::string::npos);
}

TEST_CASE("excite moves as its waves do, with weights that are never negative") {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  const auto& descriptor = *catalog.find(PluginKind::wave_layer, "excite")->descriptor;
  struct Case {
    std::string move;
    bool on_off;
    std::int64_t out;
  };
  for (const auto& [move, on_off, out] : {Case{"slide", false, 5}, Case{"gather", false, 3},
                                          Case{"spread", false, 7}, Case{"slide", true, 10}}) {
    INFO(move << ' ' << on_off);
    ParameterSet parameters(5, "excite", at::kDouble);
    const auto layer = std::static_pointer_cast<WaveLayer>(
        std::shared_ptr<Layer>(descriptor.make_wave_layer({{"move", move}, {"on_off", on_off}})));
    REQUIRE(layer->out_width(5) == out);
    layer->build(5, parameters);
    at::NoGradGuard no_grad;
    const at::Tensor weight = parameters.all().at(0).second;
    weight.fill_(-3);  // 2, 3 and 3 in size
    ForwardContext context;
    const at::Tensor x = at::tensor({1.0, -2.0, 0.5, 0.0, 4.0}, at::kDouble).unsqueeze(0);
    const at::Tensor y = layer->forward(x, context);
    REQUIRE(y.size(1) == out);
    // The cell in the middle of what is heard: 3 left + 2 straight + 3 right.
    if (move == "slide" && !on_off) CHECK(y[0][1].item<double>() == Approx(3 - 4 + 1.5));
    if (move == "gather") CHECK(y[0][0].item<double>() == Approx(3 - 4 + 1.5));
    if (move == "spread") CHECK(y[0][0].item<double>() == Approx(3));
    if (on_off) CHECK(y[0][2].item<double>() == Approx(3 * 0 + 2 * 0 + 3 * 2));
    const auto sharing = std::static_pointer_cast<WaveLayer>(std::shared_ptr<Layer>(
        descriptor.make_wave_layer({{"move", move}, {"on_off", on_off}, {"share", true}})));
    ParameterSet others(5, "excite", at::kDouble);
    sharing->build(5, others);
    others.all().at(0).second.fill_(-3);
    CHECK(at::allclose(sharing->forward(x, context), y / 8));  // their sum
    others.all().at(0).second.zero_().select(1, 1).fill_(-1);  // none at all
    CHECK(sharing->forward(x, context).abs().max().item<double>() == 0);
    const at::Tensor more = layer->forward(x.abs() + 1, context);
    CHECK((more > layer->forward(x.abs(), context) - 1e-12).all().item<bool>());
  }
}
