// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace wave_test;

namespace {

std::shared_ptr<const Program> only(FusedActivation activation, std::int64_t cells) {
  return std::make_shared<Program>(cells, std::vector<Op>{activation});
}

}  // namespace

TEST_CASE("activations and their gradients are LibTorch's own") {
  RandomStream random(21, "activation", 0);
  for (const FusedActivation activation : activations) {
    for (const double scale : {0.01, 1.0, 30.0}) {
      for (const std::int64_t batch : {1, 63, 64, 65, 129}) {  // softmax works in blocks of 64
        INFO(wave::name_of(activation) << ", inputs of size " << scale << ", batch of " << batch);
        const at::Tensor x = normal(random, {batch, 10}, scale).requires_grad_(true);
        const at::Tensor direction = normal(random, {batch, 10});
        const at::Tensor y = run_program(only(activation, 10), x, {});
        const at::Tensor expected = activate(activation, x);
        CHECK(difference(y, expected) < 1e-13 * scale + 1e-13);
        const auto ours = torch::autograd::grad({y}, {x}, {direction});
        const auto theirs = torch::autograd::grad({expected * 1}, {x}, {direction});
        CHECK(difference(ours[0], theirs[0]) < 1e-12);
      }
    }
  }
}

TEST_CASE("activations of zero, tiny and huge inputs stay finite and exact") {
  const at::Tensor x =
      at::tensor(std::vector<double>{0.0, -0.0, 1e-300, -1e-300, 1e-9, -1e-9, 700, -700, 1e4, -1e4})
          .unsqueeze(0);
  for (const FusedActivation activation : activations) {
    INFO(wave::name_of(activation));
    const at::Tensor y = run_program(only(activation, 10), x, {});
    CHECK(at::isfinite(y).all().item<bool>());
    CHECK(difference(y, activate(activation, x)) < 1e-12);
  }
  // expm1, not exp - 1: small negative inputs keep their digits.
  const at::Tensor elu = run_program(only(FusedActivation::elu, 10), x, {});
  CHECK(elu[0][5].item<double>() == std::expm1(-1e-9));
}

TEST_CASE("activations in float32 are within a few last bits of those in float64") {
  for (const double size : {1.0, 80.0}) {
    const at::Tensor x =
        at::linspace(-size, std::min(size, 20.0), 2000, at::kFloat).reshape({200, 10});
    for (const FusedActivation activation : activations) {
      INFO(wave::name_of(activation) << ", inputs of size " << size);
      const at::Tensor exact = activate(activation, x.to(at::kDouble));
      const at::Tensor y = run_program(only(activation, 10), x, {});
      const at::Tensor error = (y.to(at::kDouble) - exact).abs() / exact.abs().clamp_min(1e-30);
      // A rounded argument of exp() costs as many last bits as it is large.
      CHECK(error.max().item<double>() < 6e-8 * (6 + size));
    }
  }
}

TEST_CASE("a NaN that goes in comes out, whatever the activation and the type") {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const FusedActivation activation : activations) {
    for (const auto type : {at::kDouble, at::kFloat}) {
      for (const std::int64_t cell : {0, 3, 6}) {  // the first and last ones too: softmax's maximum
        INFO(wave::name_of(activation) << ", cell " << cell);
        RandomStream random(22, "activation", 0);
        at::Tensor x = normal(random, {65, 7}).to(type);
        x[64][cell] = nan;
        const at::Tensor y = run_program(only(activation, 7), x, {});
        CHECK(y[64][cell].isnan().item<bool>());
        // Softmax spreads it over the row, nothing spreads it to another sample.
        CHECK(y.isnan().sum().item<std::int64_t>() ==
              (activation == FusedActivation::softmax ? 7 : 1));
      }
    }
  }
}

TEST_CASE("a NaN reaches the cells that hear it and no others") {
  RandomStream random(23, "activation", 0);
  for (const Bias bias : biases) {
    INFO(name(bias));
    Case c(8, {StencilOp{travels[0].over(8, Boundary::open), bias}, FusedActivation::relu}, random);
    at::Tensor row = normal(random, {3, 8});
    row[1][4] = std::numeric_limits<double>::quiet_NaN();
    const at::Tensor lost = c.run(row).isnan();
    for (std::int64_t b = 0; b < 3; ++b) {
      for (std::int64_t j = 0; j < 8; ++j) {
        INFO("sample " << b << ", cell " << j);
        CHECK(lost[b][j].item<bool>() == (b == 1 && j >= 3 && j <= 5));
      }
    }
    c.parameters[0][0] = std::numeric_limits<double>::quiet_NaN();
    CHECK(c.run(row).select(1, 0).isnan().all().item<bool>());
  }
}
