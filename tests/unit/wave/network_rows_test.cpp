// SPDX-License-Identifier: MIT
// A network run step by step gives the rows of the same network run as one program.
#include "catch.hpp"
#include "support.hpp"
#include "wave/network.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <torch/csrc/autograd/autograd.h>

using namespace wave_test;

namespace {

class Noise final : public DisturbanceLayer {
 public:
  Disturbance disturbance() const override { return {Disturbance::Kind::noise, 0.3}; }
};

/// What the engine does not know: every cell, twice.
class Doubled final : public WaveLayer {
 public:
  std::int64_t out_width(std::int64_t in) const override { return in; }
  void build(std::int64_t, ParameterSet&) override {}
  at::Tensor forward(const at::Tensor& row, ForwardContext&) const override { return row * 2; }
};

std::shared_ptr<Layer> step(int travel, Bias bias) {
  return std::make_shared<TravelLayer>(travels[travel], bias);
}

wave::NetworkStep skip_from(std::size_t step) { return {"skip", nullptr, {}, {}, step}; }

void check(const std::vector<wave::NetworkStep>& steps) {
  ParameterSet parameters(1, "test", at::kDouble);
  const wave::Network network(9, steps, parameters);
  RandomStream draw(11, "rows", 0);
  const at::Tensor row = normal(draw, {33, 9}).requires_grad_();
  RandomStream once(1, "noise", 0), again(1, "noise", 0);
  const auto rows = network.rows(row, {true, &once});
  REQUIRE(rows.size() == steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) CHECK(rows[i].first == steps[i].name);
  const at::Tensor whole = network.forward(row, {true, &again});
  CHECK(difference(rows.back().second, whole) < 1e-12);
  const auto gradient = [&](const at::Tensor& out) {
    return torch::autograd::grad({out.square().sum()}, {row}, {}, true)[0];
  };
  CHECK(difference(gradient(rows.back().second), gradient(whole)) < 1e-10);
}

}  // namespace

TEST_CASE("rows taken step by step are those of the whole network") {
  const auto slide = step(0, Bias::additive);
  SECTION("stencils, noise, a skip, and weights that are shared") {
    check({{"gather", step(2, Bias::compounding), {}},
           {"elu", nullptr, FusedActivation::elu},
           {"slide", slide, {}},
           {"noise", std::make_shared<Noise>(), {}},
           {"slide", slide, {}, 2},
           skip_from(2),
           {"softmax", nullptr, FusedActivation::softmax}});
  }
  SECTION("a layer that the engine does not know, and skips over it") {
    check({{"slide", step(0, Bias::none), {}},
           {"doubled", std::make_shared<Doubled>(), {}},
           {"spread", step(1, Bias::additive), {}},
           skip_from(0),
           {"tanh", nullptr, FusedActivation::tanh},
           skip_from(1)});
  }
}
