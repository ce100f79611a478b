// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"
#include "wave/network.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>

using namespace wave_test;

namespace {

/// gather, slide, softmax, spread, tanh: every travel and a row-wide activation, 9 -> 9 cells.
std::vector<Op> mixed_ops(Boundary boundary, Bias bias) {
  return {StencilOp{travels[2].over(9, boundary), bias},
          StencilOp{travels[0].over(7, boundary), bias}, FusedActivation::softmax,
          StencilOp{travels[1].over(7, boundary), bias}, FusedActivation::tanh};
}

}  // namespace

TEST_CASE("programs compute what plain LibTorch computes, at batches of any size") {
  for (const Boundary boundary : boundaries) {
    for (const Bias bias : biases) {
      for (const std::int64_t batch : {1, 2, 15, 16, 17, 129}) {
        INFO(name(boundary) << ", " << name(bias) << ", batch of " << batch);
        RandomStream random(3, "program", static_cast<std::uint64_t>(batch));
        Case c(9, mixed_ops(boundary, bias), random);
        std::vector<at::Tensor> inputs = {normal(random, {batch, 9})};
        inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
        for (at::Tensor& t : inputs) t.requires_grad_(true);
        const at::Tensor y = c.run(inputs[0]);
        const at::Tensor expected = reference(*c.program, inputs[0], c.parameters);
        REQUIRE(y.sizes() == expected.sizes());
        CHECK(difference(y, expected) < 1e-12);

        const at::Tensor direction = normal(random, {batch, 9});
        const auto ours = torch::autograd::grad({y}, inputs, {direction});
        const auto theirs = torch::autograd::grad({expected}, inputs, {direction});
        for (std::size_t i = 0; i < inputs.size(); ++i) {
          INFO("gradient " << i);
          CHECK(difference(ours[i], theirs[i]) <
                1e-12 * (1 + theirs[i].abs().max().item<double>()));
        }
      }
    }
  }
}

TEST_CASE("float32 programs are float64 programs to float32's precision") {
  RandomStream random(4, "program", 0);
  const Case c(9, mixed_ops(Boundary::ring, Bias::compounding), random);
  const at::Tensor row = normal(random, {17, 9});
  const at::Tensor y = run_program(c.program, row.to(at::kFloat), c.parameters_as(at::kFloat));
  REQUIRE(y.scalar_type() == at::kFloat);
  CHECK(difference(y.to(at::kDouble), c.run(row)) < 1e-4);
}

TEST_CASE("a sample's outputs do not depend on its companions in the batch") {
  RandomStream random(5, "program", 0);
  const Case c(9, mixed_ops(Boundary::open, Bias::additive), random);
  const at::Tensor rows = normal(random, {129, 9});
  const at::Tensor together = c.run(rows);
  for (const std::int64_t i : {0, 15, 16, 63, 64, 127, 128}) {
    INFO("sample " << i);
    CHECK(difference(c.run(rows.narrow(0, i, 1)), together.narrow(0, i, 1)) < 1e-14);
  }
}

TEST_CASE("rows that are views in memory run like their copies") {
  RandomStream random(6, "program", 0);
  const Case c(9, mixed_ops(Boundary::ring, Bias::none), random);
  const at::Tensor wide = normal(random, {9, 40});
  const at::Tensor view = wide.t().slice(0, 3, 40, 2);
  REQUIRE_FALSE(view.is_contiguous());
  CHECK(at::equal(c.run(view), c.run(view.contiguous())));
}

TEST_CASE("networks fuse their steps into the same numbers") {
  ParameterSet parameters(1, "test", at::kDouble);
  const wave::Network network(
      9,
      {{"gather", std::make_shared<TravelLayer>(travels[2], Bias::additive), {}},
       {"elu", nullptr, FusedActivation::elu},
       {"slide", std::make_shared<TravelLayer>(travels[0], Bias::none), {}}},
      parameters);
  CHECK(network.out() == 7);
  REQUIRE(parameters.all().size() == 3);
  std::vector<at::Tensor> tensors;
  for (const auto& [name, tensor] : parameters.all()) tensors.push_back(tensor);
  const Program same(
      9, {StencilOp{travels[2].over(9, Boundary::open), Bias::additive}, FusedActivation::elu,
          StencilOp{travels[0].over(7, Boundary::open), Bias::none}});
  RandomStream random(10, "program", 0);
  const at::Tensor row = normal(random, {17, 9});
  ForwardContext context;
  CHECK(difference(network.forward(row, context), reference(same, row, tensors)) < 1e-12);
  CHECK_THROWS_WITH(network.forward(row.t(), context),
                    "the network hears rows of 9 cells, but was given a tensor of shape [9, 17]");
}

TEST_CASE("chains that do not fit are refused") {
  CHECK_THROWS_AS(Program(5, {StencilOp{travels[0].over(6, Boundary::open)}}), Error);
  CHECK_THROWS_AS(Program(5, {}), Error);
  CHECK_THROWS_AS(Stencil::band(3, 6, {0}), Error);
}
