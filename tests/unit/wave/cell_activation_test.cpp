// SPDX-License-Identifier: MIT
// Activations that bring their own code, inside programs.
#include "catch.hpp"
#include "cell_responses.hpp"
#include "random_programs.hpp"
#include "wave/learner.hpp"
#include "wave/network.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>

#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>

using namespace wave_test;
using wave::ActivationOp;

namespace {

StencilOp slide(std::int64_t width) {
  return {travels[0].over(width, Boundary::open), Bias::additive, {}, {}};
}

/// The same as `gained`, in LibTorch.
at::Tensor by_hand(const at::Tensor& x, const at::Tensor& gain, const at::Tensor& shift) {
  return gain * (x + shift).exp().log1p();
}

const CellScope scopes[] = {CellScope::fixed, CellScope::row, CellScope::cell};

}  // namespace

TEST_CASE("a response with parameters is computed and differentiated as LibTorch does") {
  RandomStream random(41, "cell activation", 0);
  for (const CellScope gain : scopes) {
    for (const CellScope shift : scopes) {
      for (const std::int64_t batch : {1, 17, 129}) {
        INFO(static_cast<int>(gain) << ' ' << static_cast<int>(shift) << ' ' << batch);
        const auto phi = gained(gain, shift);
        Case c(6, {slide(6), ActivationOp(phi), slide(6)}, random);
        std::vector<at::Tensor> inputs = {normal(random, {batch, 6})};
        inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
        for (at::Tensor& t : inputs) t.requires_grad_(true);
        const at::Tensor y = c.run(inputs[0]);
        // The same with the response taken out and done by hand.
        const Case first(6, {slide(6)}, random), last(6, {slide(6)}, random);
        std::size_t next = 2;
        const at::Tensor g =
            gain == CellScope::fixed ? at::full({1}, 1.5, at::kDouble) : c.parameters[next++];
        const at::Tensor s =
            shift == CellScope::fixed ? at::full({1}, 0.25, at::kDouble) : c.parameters[next++];
        const at::Tensor sums =
            run_program(first.program, inputs[0], {c.parameters[0], c.parameters[1]});
        const at::Tensor expected = run_program(last.program, by_hand(sums, g, s),
                                                {c.parameters[next], c.parameters[next + 1]});
        CHECK(difference(y, expected) < 1e-12);
        const at::Tensor direction = normal(random, {batch, 6});
        const auto ours = torch::autograd::grad({y}, inputs, {direction});
        const auto theirs = torch::autograd::grad({expected}, inputs, {direction});
        for (std::size_t i = 0; i < inputs.size(); ++i) {
          INFO("gradient " << i);
          CHECK(difference(ours[i], theirs[i]) < 1e-10);
        }
      }
    }
  }
}

TEST_CASE("a response's own code agrees with the engine's kernel of the same function") {
  RandomStream random(42, "cell activation", 0);
  for (const auto type : {at::kDouble, at::kFloat}) {
    const at::Tensor x = normal(random, {70, 9}, 3).to(type).requires_grad_(true);
    const auto own = std::make_shared<Program>(9, std::vector<Op>{ActivationOp(own_tanh())});
    const auto kernel = std::make_shared<Program>(9, std::vector<Op>{FusedActivation::tanh});
    const at::Tensor a = run_program(own, x, {}), b = run_program(kernel, x, {});
    const double allowed = type == at::kDouble ? 1e-14 : 5e-7;
    CHECK(difference(a, b) < allowed);
    const at::Tensor direction = normal(random, {70, 9}).to(type);
    CHECK(difference(torch::autograd::grad({a}, {x}, {direction})[0],
                     torch::autograd::grad({b}, {x}, {direction})[0]) < 8 * allowed);
  }
}

TEST_CASE("a NaN goes through a response of its own cell only") {
  const auto program = std::make_shared<Program>(
      5, std::vector<Op>{ActivationOp(gained(CellScope::fixed, CellScope::fixed))});
  at::Tensor x = at::zeros({3, 5}, at::kDouble);
  x[1][2] = std::numeric_limits<double>::quiet_NaN();
  const at::Tensor y = run_program(program, x, {});
  CHECK(y.isnan().sum().item<std::int64_t>() == 1);
  CHECK(y[1][2].isnan().item<bool>());
}

TEST_CASE("the row that a derivative reads is kept, one that only needs the answer is not") {
  const auto reads = std::make_shared<Program>(
      4,
      std::vector<Op>{slide(4), ActivationOp(gained(CellScope::cell, CellScope::row)), slide(4)});
  CHECK_FALSE(reads->in_place(1));
  CHECK(reads->parameter_count() == 2 * (10 + 4) + 4 + 1);
  CHECK(reads->places_of(1) == std::vector<std::int64_t>{14, 18});
  const auto forgets =
      std::make_shared<Program>(4, std::vector<Op>{slide(4), ActivationOp(own_tanh()), slide(4)});
  CHECK(forgets->in_place(1));
  CHECK(forgets->fused_activation(0) == FusedActivation::identity);
}

TEST_CASE("responses give the same gradients however the rows are cut into segments") {
  RandomStream random(43, "cell activation", 0);
  std::vector<Op> ops;
  for (int i = 0; i < 6; ++i) {
    ops.emplace_back(slide(8));
    ops.emplace_back(ActivationOp(i % 2 ? own_tanh() : gained(CellScope::cell, CellScope::row)));
  }
  ops.emplace_back(slide(8));
  const Case c(8, ops, random);
  std::vector<std::vector<float>> gradients;
  for (const std::int64_t cells : {0, 8, 24}) {
    wave::Learner learner(c.program, FusedLoss::squared_error, cells);
    auto flat = learner.parameters().begin();
    for (const auto& p : c.parameters) {
      for (std::int64_t i = 0; i < p.numel(); ++i) {
        *flat++ = static_cast<float>(p.data_ptr<double>()[i]);
      }
    }
    REQUIRE(flat == learner.parameters().end());
    wave::Memory<float> rows(8 * wave::tile_samples, 0.5f), values(8 * wave::tile_samples, 0.25f);
    learner.gradients({rows.data(), nullptr, values.data(), 100}, {});
    gradients.emplace_back(learner.gradient(), learner.gradient() + c.program->parameter_count());
  }
  CHECK(gradients[0] == gradients[1]);
  CHECK(gradients[0] == gradients[2]);
  CHECK(std::abs(gradients[0].back()) > 0);
}

TEST_CASE("a network names, starts and shares the parameters of its responses") {
  ParameterSet parameters(1, "test", at::kDouble);
  const ActivationOp phi(gained(CellScope::cell, CellScope::row));
  const auto layer = std::make_shared<TravelLayer>(travels[0], Bias::none);
  const wave::Network network(5,
                              {{.name = "slide", .layer = layer},
                               {.name = "gained", .activation = phi},
                               {.name = "slide", .layer = layer},
                               {.name = "gained", .activation = phi, .shares = 1}},
                              parameters);
  std::vector<std::string> names;
  for (const auto& [name, p] : parameters.all()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"0.slide.weight", "1.gained.gain", "1.gained.shift",
                                          "2.slide.weight"});
  CHECK(at::equal(parameters.all()[1].second, at::full({5}, 1.5, at::kDouble)));
  const at::Tensor x = at::ones({3, 5}, at::kDouble);
  const at::Tensor y = network.forward(x, {});
  CHECK(difference(network.rows(x, {}).back().second, y) < 1e-14);
  // One gradient from both places.
  const auto shared = torch::autograd::grad({y.sum()}, {parameters.all()[2].second})[0];
  CHECK(shared.numel() == 1);
}

TEST_CASE("activations that fit no program are refused") {
  ActivationOp both(gained(CellScope::cell, CellScope::row));
  both.kernel = FusedActivation::tanh;
  CHECK_THROWS_AS(Program(3, {both}), Error);
  CHECK_THROWS_AS(Program(3, {ActivationOp(FusedActivation::none)}), Error);
  ActivationOp shares(gained(CellScope::cell, CellScope::row));
  shares.shares = 0;
  CHECK_THROWS_AS(Program(3, {ActivationOp(own_tanh()), shares}), Error);
}
