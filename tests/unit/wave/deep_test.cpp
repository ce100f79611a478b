// SPDX-License-Identifier: MIT
// Deep and wide programs: what is kept, what is computed again, and numbers that fade.
#include "catch.hpp"
#include "core/process_state.hpp"
#include "core/tiny_as_zero.hpp"
#include "random_programs.hpp"
#include "wave/learner.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

using namespace wave_test;

namespace {

/// `rows` slides over `cells` cells, with ELU between them and a skip here and there.
Case stack(std::int64_t rows, std::int64_t cells) {
  std::vector<Op> ops;
  for (std::int64_t r = 0; r < rows; ++r) {
    ops.emplace_back(StencilOp{travels[0].over(cells, Boundary::open), biases[r % 3], {}, {}});
    if (r + 1 == rows) break;
    ops.emplace_back(FusedActivation::elu);
    if (r % 50 == 7) ops.emplace_back(wave::SkipOp{ops.size() - 4});
  }
  RandomStream random(31, "deep", 0);
  return Case(cells, std::move(ops), random);
}

/// Loss and gradient of 100 samples.
std::vector<float> gradient(const Case& c, std::int64_t max_cells) {
  wave::Learner learner(c.program, FusedLoss::cross_entropy, max_cells);
  auto flat = learner.parameters().begin();
  for (const at::Tensor& p : c.parameters) {
    for (std::int64_t i = 0; i < p.numel(); ++i) {
      *flat++ = static_cast<float>(0.6 * p.data_ptr<double>()[i]);
    }
  }
  RandomStream random(32, "deep", 0);
  const wave::Memory<float> rows(c.program->in() * wave::tile_samples);
  random.normal(std::span(rows.data(), static_cast<std::size_t>(rows.size())));
  std::vector<std::int32_t> labels(wave::tile_samples);
  for (std::size_t b = 0; b < labels.size(); ++b) labels[b] = static_cast<std::int32_t>(b % 7);
  const double loss = learner.gradients({rows.data(), labels.data(), nullptr, 100}, {});
  std::vector<float> all(learner.gradient(), learner.gradient() + c.program->parameter_count());
  all.push_back(static_cast<float>(loss));
  return all;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool learns(const std::vector<float>& gradient) {
  return std::any_of(gradient.begin(), gradient.end(), [](float g) { return g != 0; });
}

/// 1e-20 by way of a weight of 1e-20 is 1e-40: no normal float32.
Case fading() {
  RandomStream random(33, "deep", 0);
  Case c(1, {StencilOp{Stencil::band(1, 1, {0}), Bias::none, {}, {}}}, random);
  c.parameters[0].fill_(1e-20);
  return c;
}

bool is_tiny(float x) { return x != 0 && std::abs(x) < std::numeric_limits<float>::min(); }

}  // namespace

TEST_CASE("rows of deep programs are computed again, to the same bits, in little memory") {
  constexpr std::int64_t all = std::int64_t{1} << 40;
  const Case deep = stack(600, 20);
  const wave::Learner learner(deep.program, FusedLoss::cross_entropy);
  CHECK(learner.schedule().segments.size() > 5);
  CHECK(learner.schedule().cells < 600 * 20 / 4);
  const auto kept = gradient(deep, all);
  CHECK(learns(kept));
  for (const std::int64_t cells : {0, 300, 5000}) CHECK(same_bits(gradient(deep, cells), kept));
}

TEST_CASE("rows of programs that are wide, but not deep, are kept") {
  const Case wide = stack(10, 1024), both = stack(40, 512);
  CHECK(wave::Learner(wide.program, FusedLoss::cross_entropy).schedule().segments.size() == 1);
  const wave::Learner learner(both.program, FusedLoss::cross_entropy);
  CHECK(learner.schedule().segments.size() >= 5);  // of eight rows each, besides those for skips
  const auto again = gradient(both, 0);
  CHECK(learns(again));
  CHECK(same_bits(again, gradient(both, 1 << 30)));
}

TEST_CASE("steps with the same stencil read the same tables") {
  const Case deep = stack(12, 20);
  const auto& blocks = deep.program->blocks();
  for (const auto& block : blocks) CHECK(block.wiring == blocks[0].wiring);
  RandomStream random(34, "deep", 0);
  const Case other(6,
                   {StencilOp{travels[0].over(6, Boundary::open), Bias::none, {}, {}},
                    StencilOp{travels[0].over(6, Boundary::ring), Bias::none, {}, {}},
                    StencilOp{travels[1].over(6, Boundary::open), Bias::none, {}, {}}},
                   random);
  CHECK(other.program->blocks()[0].wiring != other.program->blocks()[1].wiring);
  CHECK(other.program->blocks()[0].wiring != other.program->blocks()[2].wiring);
}

TEST_CASE("numbers too small for float32 are zero in a pass, and nowhere else") {
  const Case c = fading();
  const at::Tensor row = at::full({3, 1}, 1e-20, at::kFloat);
  const float weight = 1e-20F;
  const wave::Scorer scorer(c.program, {&weight, 1});
  const wave::Memory<float> rows(wave::tile_samples, 1e-20F);
  CHECK(*scorer.forward(rows.data(), 0, 128, {}, scorer.make_memory()) == 0);
  CHECK(run_program(c.program, row, c.parameters_as(at::kFloat)).abs().max().item<float>() == 0);
  CHECK(run_program(c.program, row.to(at::kDouble), c.parameters).max().item<double>() > 0);
  CHECK(default_float_mode());
  volatile float a = 1e-20F;
  CHECK(is_tiny(a * a));
}

TEST_CASE("the mode is put back as it was found, and other modes are left alone") {
  volatile float a = 1e-20F;
  {
    const TinyAsZero outer;
    { const TinyAsZero inner; }
    CHECK(a * a == 0);
  }
  CHECK(is_tiny(a * a));
}
