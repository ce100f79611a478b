// SPDX-License-Identifier: MIT
// Lanes with parameters of their own compute what the engine computes with each set.
#include "policy/lane_program.hpp"

#include "catch.hpp"
#include "policy/unrolled.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <vector>

using namespace glia;

namespace {

/// x times a gain for each cell, by code of its own.
class Gain final : public ElementwiseActivation<Gain, 1> {
 public:
  std::vector<ActivationParameter> parameters() const override {
    return {{"gain", 2, CellScope::cell}};
  }
  template <class T>
  T value(const T& x, const T* p) const {
    return x * p[0];
  }
  template <class T>
  T derivative(T, T, const T* p) const {
    return p[0];
  }
  template <class T>
  void parameter_derivatives(T x, T, const T*, T* out) const {
    out[0] = x;
  }
};

/// Spread, slide and gather with every bias, shared weights, fixed weights, a skip, activations.
std::vector<wave::Op> all_ops() {
  using wave::ActivationOp;
  using wave::StencilOp;
  const auto slide = Stencil::band(7, 7, {-1, 0, 1}, Boundary::ring);
  StencilOp blur{Stencil::band(7, 7, {-1, 0, 1}, Boundary::open), Bias::none};
  blur.fixed.assign(static_cast<std::size_t>(blur.stencil.tap_count()), 0.25);
  StencilOp again{slide, Bias::compounding};
  again.shares = 2;
  return {StencilOp{Stencil::band(5, 7, {-2, -1, 0}), Bias::additive},
          ActivationOp(FusedActivation::tanh),
          StencilOp{slide, Bias::compounding},
          ActivationOp(std::make_shared<Gain>()),
          again,
          wave::SkipOp{2},
          blur,
          ActivationOp(FusedActivation::elu),
          StencilOp{Stencil::band(7, 4, {0, 1, 2, 3}), Bias::none},
          ActivationOp(FusedActivation::softmax)};
}

/// The parameters as autograd's node wants them.
std::vector<at::Tensor> split(const wave::Program& program, const at::Tensor& flat) {
  std::vector<at::Tensor> all;
  std::int64_t place = 0;
  for (std::size_t op = 0; op < program.ops().size(); ++op) {
    for (const std::int64_t size : program.own_parameters(op)) {
      all.push_back(flat.narrow(0, place, size).clone());
      place += size;
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every lane runs on the parameters that it was given") {
  const auto program = std::make_shared<wave::Program>(5, all_ops());
  constexpr std::int64_t lanes = policy::LaneProgram::lanes;
  RandomStream random(4, "lanes", 0);
  const std::int64_t count = 7, size = program->parameter_count();
  const at::Tensor flat = at::empty({count, size}), x = at::empty({5, lanes});
  random.normal(std::span(flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())));
  random.normal(std::span(x.data_ptr<float>(), static_cast<std::size_t>(x.numel())));
  flat.mul_(0.5);
  policy::LaneProgram made(*program);
  // Groups of 18 lanes and a last one of 20.
  const auto last_of = [&](std::int64_t g) { return g + 1 == count ? lanes : (g + 1) * 18; };
  for (int round = 0; round < 2;
       ++round) {  // a second set of parameters takes the first one's place
    for (std::int64_t g = 0; g < count; ++g) {
      made.set(g * 18, last_of(g), flat[g].data_ptr<float>());
    }
    const float* row = made.forward(x.data_ptr<float>(), {});
    const at::Tensor y = at::from_blob(const_cast<float*>(row), {4, lanes}).clone();
    for (std::int64_t g = 0; g < count; ++g) {
      const std::int64_t first = g * 18, width = last_of(g) - first;
      const at::Tensor wanted = wave::run_program(
          program, x.narrow(1, first, width).t().contiguous(), split(*program, flat[g]));
      CHECK((wanted.t() - y.narrow(1, first, width)).abs().max().item<float>() < 2e-6F);
    }
    flat.mul_(-0.7);
  }
}

TEST_CASE("a state is carried from pass to pass, and rests when it is told to") {
  // h' = tanh(slide(h + x at cell 1)) over three cells, read as it is.
  const auto slide = Stencil::band(3, 3, {-1, 0, 1});
  const std::vector<wave::Op> ops{wave::RestOp{3}, wave::InjectOp{0, 0, {1}},
                                  wave::StencilOp{slide, Bias::additive},
                                  wave::ActivationOp(FusedActivation::tanh)};
  const wave::Program program(1, ops);
  constexpr std::int64_t lanes = policy::LaneProgram::lanes;
  const std::vector<float> flat{0.5F, -0.2F, 0.3F, 0.7F, 0.1F, -0.4F, 0.6F, 0.05F, -0.1F, 0.2F};
  REQUIRE(program.parameter_count() == static_cast<std::int64_t>(flat.size()));
  policy::LaneProgram made(program, {{0, 4}});
  made.set(0, lanes, flat.data());
  const std::vector<float> x(lanes, 1.5F);
  for (int round = 0; round < 2; ++round) {
    made.rest();
    std::array<float, 3> h{};
    for (int t = 0; t < 4; ++t) {
      const float a = h[0], b = h[1] + 1.5F, c = h[2];
      h = {std::tanh(0.5F * a - 0.2F * b + 0.05F), std::tanh(0.3F * a + 0.7F * b + 0.1F * c - 0.1F),
           std::tanh(-0.4F * b + 0.6F * c + 0.2F)};
      const float* row = made.forward(x.data(), {});
      for (std::size_t cell = 0; cell < 3; ++cell) {
        CHECK(row[cell * lanes + 77] == Approx(h[cell]).margin(1e-6));
      }
    }
  }
}

TEST_CASE("passes one after the other are one program with the same parameters") {
  // A state of three cells, of which a skip and a response with parameters of its own make the row.
  const auto slide = Stencil::band(3, 3, {-1, 0, 1});
  wave::StencilOp again{slide, Bias::additive};
  again.shares = 3;
  const std::vector<wave::Op> ops{wave::StencilOp{Stencil::band(2, 2, {0, 1}), Bias::additive},
                                  wave::RestOp{3},
                                  wave::InjectOp{1, 0, {1, 2}},
                                  wave::StencilOp{slide, Bias::additive},
                                  wave::ActivationOp(std::make_shared<Gain>()),
                                  again,
                                  wave::SkipOp{3},
                                  wave::ActivationOp(FusedActivation::tanh),
                                  wave::StencilOp{Stencil::band(3, 2, {0, 1}), Bias::none}};
  const wave::Program program(2, ops);
  const std::vector<policy::Carry> carries{{1, 8}};
  constexpr std::int64_t lanes = policy::LaneProgram::lanes, passes = 5;
  RandomStream random(9, "unrolled", 0);
  const at::Tensor flat = at::empty({program.parameter_count()});
  const at::Tensor heard = at::empty({lanes, passes * 2});
  random.normal(std::span(flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())));
  random.normal(std::span(heard.data_ptr<float>(), static_cast<std::size_t>(heard.numel())));
  const auto whole = policy::unrolled(program, carries, passes);
  REQUIRE(whole->parameter_count() == program.parameter_count());
  const at::Tensor made = wave::run_program(whole, heard, split(*whole, flat));
  REQUIRE(made.size(1) == passes * 2);
  policy::LaneProgram by_pass(program, carries);
  by_pass.set(0, lanes, flat.data_ptr<float>());
  for (std::int64_t t = 0; t < passes; ++t) {
    const at::Tensor x = heard.narrow(1, 2 * t, 2).t().contiguous();
    const float* row = by_pass.forward(x.data_ptr<float>(), {});
    const at::Tensor y = at::from_blob(const_cast<float*>(row), {2, lanes});
    CHECK((made.narrow(1, 2 * t, 2).t() - y).abs().max().item<float>() < 1e-5F);
  }
}
