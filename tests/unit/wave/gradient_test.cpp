// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <torch/csrc/autograd/autograd.h>

using namespace wave_test;

namespace {

/// d <run(row), direction> / d(each element of `tensor`) by central differences.
at::Tensor central_differences(const Case& c, const at::Tensor& row, const at::Tensor& direction,
                               const at::Tensor& tensor) {
  constexpr double step = 1e-6;
  at::NoGradGuard no_grad;
  at::Tensor slopes = at::empty_like(tensor);
  double* const x = tensor.data_ptr<double>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const double before = x[i];
    x[i] = before + step;
    const double above = (c.run(row) * direction).sum().item<double>();
    x[i] = before - step;
    const double below = (c.run(row) * direction).sum().item<double>();
    x[i] = before;
    slopes.data_ptr<double>()[i] = (above - below) / (2 * step);
  }
  return slopes;
}

/// All gradients of the program against central differences, over a batch of three rows.
void check_gradients(Case& c, RandomStream& random) {
  std::vector<at::Tensor> inputs = {normal(random, {3, c.program->in()})};
  inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
  for (at::Tensor& t : inputs) t.requires_grad_(true);
  const at::Tensor direction = normal(random, {3, c.program->out()});
  const auto gradients = torch::autograd::grad({c.run(inputs[0])}, inputs, {direction});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    INFO((i == 0 ? std::string("row") : "parameter " + std::to_string(i - 1)));
    const at::Tensor expected = central_differences(c, inputs[0], direction, inputs[i]);
    CHECK(difference(gradients[i], expected) < 1e-7 * (1 + expected.abs().max().item<double>()));
  }
}

}  // namespace

TEST_CASE("gradients equal central differences for every travel, boundary, bias and activation") {
  std::uint64_t number = 0;
  for (const Travel& travel : travels) {
    for (const Boundary boundary : boundaries) {
      for (const Bias bias : biases) {
        for (const FusedActivation activation : activations) {
          INFO(travel.name << ", " << name(boundary) << ", " << name(bias) << ", "
                           << wave::name_of(activation));
          RandomStream random(7, "gradient", number++);
          // The activation between two steps, so its backward pass feeds another.
          const Stencil first = travel.over(7, boundary);
          const Stencil second = Stencil::band(first.out, first.out, {-1, 0, 1}, boundary);
          Case c(7, {StencilOp{first, bias}, activation, StencilOp{second, bias}, activation},
                 random);
          check_gradients(c, random);
        }
      }
    }
  }
  CHECK(number == 108);
}

TEST_CASE("gradients hold for programs that begin with an activation, and for rows of few cells") {
  RandomStream random(8, "gradient", 0);
  for (const FusedActivation activation : activations) {
    INFO(wave::name_of(activation));
    Case leading(4, {activation, StencilOp{travels[0].over(4, Boundary::ring), Bias::compounding}},
                 random);
    check_gradients(leading, random);
    Case alone(5, {activation}, random);
    check_gradients(alone, random);
  }
  for (const std::int64_t cells : {1, 2, 3}) {
    for (const Bias bias : biases) {  // cells reached twice count once
      INFO(cells << " cells, " << name(bias));
      Case c(cells, {StencilOp{travels[0].over(cells, Boundary::ring), bias}}, random);
      check_gradients(c, random);
    }
  }
}

TEST_CASE("parts that need no gradient are left out, the others keep theirs") {
  RandomStream random(9, "gradient", 0);
  Case c(6, {StencilOp{travels[0].over(6, Boundary::open), Bias::additive}, FusedActivation::tanh},
         random);
  const at::Tensor row = normal(random, {3, 6});
  c.parameters[0].requires_grad_(true);
  CHECK_FALSE(
      run_program(c.program, row, {c.parameters[0].detach(), c.parameters[1]}).requires_grad());
  const auto alone = torch::autograd::grad({c.run(row).sum()}, {c.parameters[0]});
  const at::Tensor tracked = row.clone().requires_grad_(true);
  const auto both = torch::autograd::grad({c.run(tracked).sum()}, {c.parameters[0], tracked});
  CHECK(at::equal(alone[0], both[0]));
  {
    at::NoGradGuard no_grad;
    CHECK_FALSE(c.run(tracked).requires_grad());
  }
}
