// SPDX-License-Identifier: MIT
// Steps in time: a state at rest, what a pass hears, what is read out, where gradients end.
#include "catch.hpp"
#include "support.hpp"
#include "wave/learner.hpp"
#include "wave/network.hpp"
#include "wave/readout.hpp"
#include "wave/schedule.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>

using namespace wave_test;

namespace {

/// `passes` passes of three numbers each over a state of five cells, with one set of weights.
std::vector<Op> passes_of(int passes, bool collected, bool mean, int cut_before = -1) {
  const Stencil slide = travels[0].over(5, Boundary::open);
  std::vector<Op> ops{wave::RestOp{5}};
  std::vector<std::size_t> ends;
  for (int t = 0; t < passes; ++t) {
    if (t == cut_before) ops.emplace_back(wave::CutOp{});
    ops.emplace_back(wave::InjectOp{0, 3 * t, {1, 2, 4}});
    StencilOp step{slide, Bias::additive, {}, {}};
    if (t > 0) step.shares = 2;
    ops.emplace_back(step);
    ops.emplace_back(FusedActivation::tanh);
    ends.push_back(ops.size());
  }
  if (collected) ops.emplace_back(wave::CollectOp{ends, mean});
  return ops;
}

/// d <run(row), direction> / d tensor, by central differences.
at::Tensor slopes(const Case& c, const at::Tensor& row, const at::Tensor& direction,
                  const at::Tensor& tensor) {
  at::NoGradGuard no_grad;
  at::Tensor all = at::empty_like(tensor);
  double* const x = tensor.data_ptr<double>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const double before = x[i];
    x[i] = before + 1e-6;
    const double above = (c.run(row) * direction).sum().item<double>();
    x[i] = before - 1e-6;
    const double below = (c.run(row) * direction).sum().item<double>();
    x[i] = before;
    all.data_ptr<double>()[i] = (above - below) / 2e-6;
  }
  return all;
}

std::vector<at::Tensor> gradients_of(Case& c, const at::Tensor& row, const at::Tensor& direction) {
  std::vector<at::Tensor> inputs = {row};
  inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
  for (at::Tensor& t : inputs) t.requires_grad_(true);
  return torch::autograd::grad({c.run(inputs[0])}, inputs, {direction});
}

std::string refusal(std::vector<Op> ops) {
  try {
    Program(6, std::move(ops));
  } catch (const Error& e) {
    return e.message();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a state starts at rest and hears in each pass what is due") {
  RandomStream random(61, "time", 0);
  const Case c(6, passes_of(2, false, false), random);
  const at::Tensor x = normal(random, {4, 6});
  const at::Tensor &w = c.parameters[0], &b = c.parameters[1];
  const auto pass = [&](const at::Tensor& state) {
    std::vector<at::Tensor> cells;
    std::int64_t tap = 0;
    for (std::int64_t j = 0; j < 5; ++j) {
      at::Tensor sum = at::zeros({4}, at::kDouble) + b[j];
      for (std::int64_t k = std::max<std::int64_t>(0, j - 1); k <= std::min<std::int64_t>(4, j + 1);
           ++k) {
        sum = sum + w[tap++] * state.select(1, k);
      }
      cells.push_back(at::tanh(sum));
    }
    return at::stack(cells, 1);
  };
  at::Tensor state = at::zeros({4, 5}, at::kDouble);
  for (std::int64_t t = 0; t < 2; ++t) {
    state.select(1, 1).add_(x.select(1, 3 * t));
    state.select(1, 2).add_(x.select(1, 3 * t + 1));
    state.select(1, 4).add_(x.select(1, 3 * t + 2));
    state = pass(state);
  }
  CHECK(difference(c.run(x), state) < 1e-14);
}

TEST_CASE("backpropagation through time holds against central differences, whatever is read out") {
  for (const bool collected : {false, true}) {
    for (const bool mean : {false, true}) {
      RandomStream random(62, "time", mean ? 1 : 0);
      Case c(12, passes_of(4, collected, mean), random);
      const at::Tensor row = normal(random, {3, 12});
      const at::Tensor direction = normal(random, {3, c.program->out()});
      CHECK(c.program->out() == (collected && !mean ? 20 : 5));
      const auto found = gradients_of(c, row, direction);
      std::vector<at::Tensor> inputs = {row};
      inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        CHECK(difference(found[i], slopes(c, row, direction, inputs[i])) < 1e-7);
      }
    }
  }
}

TEST_CASE("a gradient ends where it is cut, and passes after the cut have all of theirs") {
  RandomStream random(63, "time", 0);
  Case cut(12, passes_of(4, false, false, 2), random);
  Case whole = cut;
  whole.program = std::make_shared<Program>(12, passes_of(4, false, false));
  const at::Tensor row = normal(random, {3, 12}), direction = normal(random, {3, 5});
  {
    at::NoGradGuard no_grad;
    CHECK(at::equal(cut.run(row), whole.run(row)));
  }
  const auto some = gradients_of(cut, row.clone(), direction);
  const auto all = gradients_of(whole, row.clone(), direction);
  CHECK(some[0].narrow(1, 0, 6).abs().max().item<double>() == 0);
  CHECK(at::equal(some[0].narrow(1, 6, 6), all[0].narrow(1, 6, 6)));
  CHECK(all[0].narrow(1, 0, 6).abs().max().item<double>() > 1e-3);
  CHECK(difference(some[1], all[1]) > 1e-3);
}

TEST_CASE("passes are computed again where memory is short, and no bit changes") {
  const auto program = std::make_shared<Program>(600, passes_of(200, true, true));
  const wave::Schedule all(*program, 1 << 20), segmented(*program, 60);
  CHECK(segmented.segments.size() > 10);
  // The states that are read out stay; what lies between them does not.
  CHECK(segmented.cells < all.cells - 600);
  RandomStream random(64, "time", 0);
  std::vector<float> rows(600 * 128), values(5 * 128);
  random.normal(std::span<float>(rows));
  const std::vector<RandomStream> streams = {RandomStream(1, "none", 0)};
  std::vector<std::vector<float>> found;
  for (const std::int64_t max_cells : {1 << 20, 60}) {
    wave::Learner learner(program, FusedLoss::squared_error, max_cells);
    float start = 0.3f;
    for (float& p : learner.parameters()) p = start = -start * 0.97f;
    learner.gradients({rows.data(), nullptr, values.data(), 128}, streams);
    found.emplace_back(learner.gradient(), learner.gradient() + program->parameter_count());
  }
  CHECK(found[0] == found[1]);
  CHECK(std::any_of(found[0].begin(), found[0].end(), [](float g) { return g != 0; }));
}

TEST_CASE("programs in time follow one another, and their rows can be looked at") {
  ParameterSet parameters(1, "test", at::kDouble);
  const auto layer = std::make_shared<TravelLayer>(travels[0], Bias::additive);
  const auto step = [](const char* name, wave::TimeOp op) {
    return wave::NetworkStep{.name = name, .time = std::move(op)};
  };
  const wave::Network first(4, {{.name = "slide", .layer = layer}}, parameters, "first.");
  const wave::Network second(4,
                             {step("rest", wave::RestOp{3}),
                              step("inject", wave::InjectOp{0, 0, {0, 2}}),
                              {.name = "slide", .layer = layer},
                              step("cut", wave::CutOp{}),
                              step("inject", wave::InjectOp{0, 2, {0, 2}}),
                              {.name = "slide", .layer = layer, .shares = 2},
                              step("every", wave::CollectOp{{3, 6}, false})},
                             parameters, "second.");
  REQUIRE(second.program());
  CHECK(second.out() == 6);
  RandomStream random(65, "time", 0);
  const at::Tensor x = normal(random, {5, 4});
  const at::Tensor expected = second.forward(first.forward(x, {}), {});
  std::vector<at::Tensor> flat;
  for (const auto& [name, p] : parameters.all()) flat.push_back(p);
  const auto both = std::make_shared<Program>(wave::join({first.program(), second.program()}));
  CHECK(difference(run_program(both, x, flat), expected) < 1e-14);
  const auto rows = second.rows(first.forward(x, {}), {});
  REQUIRE(rows.size() == 7);
  CHECK(rows[1].first == "inject");
  CHECK(difference(rows[2].second, expected.narrow(1, 0, 3)) < 1e-14);
  CHECK(difference(rows.back().second, expected) < 1e-14);
}

TEST_CASE(
    "the same neurons read every pass, and a loss per pass has the gradient that LibTorch finds") {
  constexpr std::int64_t states = 4, cells = 5, classes = 3, samples = 150;  // two tiles
  RandomStream random(66, "time", 0);
  const Case passes(12, passes_of(states, true, false), random);
  Case read(12, wave::read_out(*passes.program, states, classes).ops(), random);
  REQUIRE(read.program->out() == states * classes);
  REQUIRE(read.program->parameter_count() ==
          passes.program->parameter_count() + classes * cells + classes);
  const std::vector<double> shares{0.1, 0, 0.3, 0.6};

  // What LibTorch makes of it, in float64.
  for (at::Tensor& p : read.parameters) p.requires_grad_(true);
  const std::vector<at::Tensor> of_passes(read.parameters.begin(), read.parameters.end() - 2);
  const at::Tensor weight = read.parameters.end()[-2].view({classes, cells});
  const at::Tensor &bias = read.parameters.back(), x = normal(random, {samples, 12});
  const at::Tensor labels = at::arange(samples, at::kLong).remainder(classes);
  const at::Tensor states_of =
      run_program(passes.program, x, of_passes).view({samples, states, cells});
  const at::Tensor heard = at::matmul(states_of, weight.t()) + bias;
  CHECK(difference(read.run(x), heard.reshape({samples, states * classes})) < 1e-14);
  const at::Tensor logs = at::log_softmax(heard, 2);
  const at::Tensor loss =
      at::nll_loss((logs * at::tensor(shares, at::kDouble).unsqueeze(1)).sum(1), labels);
  const auto wanted = torch::autograd::grad({loss}, read.parameters);

  // The same by the engine, in float32.
  wave::Memory<float> parameters(read.program->parameter_count()),
      gradient(read.program->parameter_count());
  const at::Tensor flat = at::cat(read.parameters).detach().to(at::kFloat);
  std::copy_n(flat.data_ptr<float>(), flat.numel(), parameters.data());
  const auto size = static_cast<std::size_t>(flat.numel());
  wave::Learner learner(read.program, FusedLoss::cross_entropy, {parameters.data(), size},
                        {gradient.data(), size}, 0, shares);
  wave::Memory<float> rows(2 * 12 * 128, 0.0F);
  std::vector<std::int32_t> targets(2 * 128);
  for (std::int64_t b = 0; b < samples; ++b) {
    targets[static_cast<std::size_t>(b)] = static_cast<std::int32_t>(b % classes);
    for (std::int64_t i = 0; i < 12; ++i) {
      rows.data()[(b / 128 * 12 + i) * 128 + b % 128] = x[b][i].item<float>();
    }
  }
  const double sum = learner.gradients({rows.data(), targets.data(), nullptr, samples}, {});
  CHECK(sum / samples == Approx(loss.item<double>()).epsilon(1e-5));
  const at::Tensor found = at::from_blob(gradient.data(), {flat.numel()}, at::kFloat);
  CHECK(difference(found.to(at::kDouble), at::cat(wanted)) < 1e-6);
}

TEST_CASE("steps in time that cannot be are refused") {
  using wave::CollectOp;
  using wave::InjectOp;
  const std::string beyond = "an input is added to a cell that is not there, or twice";
  CHECK(refusal({InjectOp{0, 0, {6}}}) == beyond);
  CHECK(refusal({InjectOp{0, 0, {2, 2}}}) == beyond);
  CHECK(refusal({InjectOp{0, 5, {1, 2}}}) == "a pass hears cells that its input has not");
  CHECK(refusal({InjectOp{1, 0, {1}}}) == "a step reads a row that is not there yet");
  CHECK(refusal({CollectOp{}}) == "no rows are collected");
  CHECK(refusal({wave::RestOp{4}, CollectOp{{0, 1}, true}}) ==
        "rows of several widths have no mean");
  CHECK(refusal({wave::RestOp{4}, CollectOp{{0, 1}, false}}) == "no error");
}
