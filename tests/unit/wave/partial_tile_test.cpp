// SPDX-License-Identifier: MIT
// Tiles that are not full: fewer columns, the same numbers.
#include "catch.hpp"
#include "random_programs.hpp"
#include "wave/learner.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace wave_test;

namespace {

struct Outcome {
  std::vector<float> y, gradient;  // of the samples, and of the parameters
  double loss = 0;
};

/// One pass over the samples `row` [B, in] in `stride` columns.
Outcome pass(const Case& c, const at::Tensor& row, const std::vector<std::int32_t>& labels,
             std::int64_t stride, const std::vector<RandomStream>& streams) {
  const wave::Program& program = *c.program;
  const wave::Schedule schedule(program, std::numeric_limits<std::int64_t>::max());
  std::vector<float> parameters;
  for (const at::Tensor& p : c.parameters) {
    for (std::int64_t i = 0; i < p.numel(); ++i) {
      parameters.push_back(static_cast<float>(p.data_ptr<double>()[i]));
    }
  }
  wave::Weights<float> weights(program);
  weights.prepare(parameters.data());
  wave::Gradients<float> gradients(program);
  gradients.clear();
  const std::int64_t samples = row.size(0), in = program.in(), out = program.out();
  const wave::Memory<float> x(in * stride, 0.0f), rows(schedule.cells * stride, 0.0f),
      scratch(schedule.scratch * stride, 0.0f), dy(out * stride, 0.0f);
  for (std::int64_t b = 0; b < samples; ++b) {
    for (std::int64_t k = 0; k < in; ++k) {
      x[k * stride + b] = static_cast<float>(row.data_ptr<double>()[b * in + k]);
    }
  }
  wave::Tile<float> tile(program, schedule, stride, rows.data(), scratch.data());
  const wave::Draws draws{true, streams, 3};
  const float* y = tile.forward(weights, x.data(), draws);
  Outcome outcome;
  for (std::int64_t k = 0; k < out; ++k) {
    outcome.y.insert(outcome.y.end(), y + k * stride, y + k * stride + samples);
  }
  outcome.loss = wave::kernels<float>().cross_entropy(out, stride, samples, y, labels.data(), 0.01f,
                                                      dy.data(), nullptr);
  tile.backward(weights, x.data(), draws, dy.data(), gradients, nullptr);
  gradients.unfold(parameters.data());
  outcome.gradient.assign(gradients.data(), gradients.data() + program.parameter_count());
  return outcome;
}

/// Whether all numbers are the same; the sign of a zero is none of them.
bool same(const std::vector<float>& a, const std::vector<float>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) return false;
  }
  return a.size() == b.size();
}

}  // namespace

TEST_CASE("a tile that is not full gives the numbers of a full one, to the bit") {
  int random_ones = 0;
  for (std::uint64_t number = 0; number < 120; ++number) {
    RandomStream random(21, "partial", number);
    const RandomProgram made(random);
    const Case c(made.in, made.ops, random);
    const std::int64_t samples = 1 + static_cast<std::int64_t>(random.below(127));
    const at::Tensor row = normal(random, {samples, made.in}, 0.5);
    std::vector<std::int32_t> labels;
    for (std::int64_t b = 0; b < samples; ++b) {
      labels.push_back(
          static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(c.program->out()))));
    }
    const std::vector<RandomStream> streams{RandomStream(4, "draws", number)};
    const Outcome full = pass(c, row, labels, wave::tile_samples, streams);
    const Outcome part = pass(c, row, labels, wave::stride_for<float>(samples), streams);
    INFO("program " << number << ", " << samples << " samples");
    CHECK(same(part.y, full.y));
    CHECK(same(part.gradient, full.gradient));
    CHECK(part.loss == full.loss);
    random_ones += c.program->random() && samples <= 112;
  }
  CHECK(random_ones > 10);
}

TEST_CASE("a learner reads no more of a tile than the vectors that hold samples") {
  RandomStream random(22, "partial", 0);
  const Case c(5, {StencilOp{travels[0].over(5, Boundary::open), Bias::additive, {}, {}}}, random);
  for (const auto loss : {FusedLoss::cross_entropy, FusedLoss::squared_error}) {
    const auto gradient = [&](float beyond) {
      wave::Learner learner(c.program, loss);
      std::fill(learner.parameters().begin(), learner.parameters().end(), 0.3f);
      wave::Memory<float> rows(5 * wave::tile_samples, beyond),
          values(5 * wave::tile_samples, beyond);
      for (std::int64_t k = 0; k < 5; ++k) {
        for (std::int64_t b = 0; b < 16; ++b) {
          rows[k * wave::tile_samples + b] = 0.1f * static_cast<float>(k + b);
          values[k * wave::tile_samples + b] = 0.2f * static_cast<float>(k - b);
        }
      }
      const std::vector<std::int32_t> labels(wave::tile_samples, 2);
      learner.gradients({rows.data(), labels.data(), values.data(), 16}, {});
      return std::vector<float>(learner.gradient(),
                                learner.gradient() + c.program->parameter_count());
    };
    CHECK(same(gradient(0), gradient(std::numeric_limits<float>::infinity())));
  }
}
