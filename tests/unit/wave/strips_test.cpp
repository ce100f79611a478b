// SPDX-License-Identifier: MIT
// Segments that are gone through in strips: each cell once, in little memory, the bits of whole rows.
#include "wave/strips.hpp"

#include "catch.hpp"
#include "random_programs.hpp"
#include "wave/learner.hpp"

#include <algorithm>
#include <limits>
#include <vector>

using namespace wave_test;

namespace {

constexpr std::int64_t every_cell = std::numeric_limits<std::int64_t>::max();

/// Wide rows of every travel, bias and fused activation, some weights fixed, some shared, and a row that
/// is read later now and then.
Case programs_of_wide_rows(RandomStream& random, bool skips) {
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::size_t>(random.below(bound));
  };
  const FusedActivation fused[] = {FusedActivation::identity, FusedActivation::tanh,
                                   FusedActivation::elu, FusedActivation::relu};
  const std::int64_t in = 40 + static_cast<std::int64_t>(below(80));
  std::vector<Op> ops;
  std::int64_t width = in;
  for (std::size_t rows = 8 + below(16); rows > 0; --rows) {
    StencilOp op{travels[below(3)].over(width, Boundary::open), biases[below(3)], {}, {}};
    width = op.stencil.out;
    if (below(6) == 0) {
      op.bias = Bias::none;
      op.fixed.assign(static_cast<std::size_t>(op.stencil.tap_count()), 0.3);
    }
    ops.emplace_back(op);
    if (op.fixed.empty() && op.stencil.in == op.stencil.out && below(3) == 0) {
      op.shares = ops.size() - 1;
      ops.emplace_back(op);
    }
    if (below(3) > 0) ops.emplace_back(fused[below(4)]);
    if (skips && below(5) == 0) ops.emplace_back(wave::SkipOp{below(ops.size())});
  }
  return Case(in, std::move(ops), random);
}

struct StripOutcome {
  std::vector<float> y, dx, gradient;
};

StripOutcome strip_pass_of(const Case& c, const wave::Schedule& schedule, std::int64_t stride,
                           bool with_dx) {
  const wave::Program& program = *c.program;
  std::vector<float> parameters;
  for (const at::Tensor& p : c.parameters) {
    for (std::int64_t i = 0; i < p.numel(); ++i) {
      parameters.push_back(static_cast<float>(0.5 * p.data_ptr<double>()[i]));
    }
  }
  wave::Weights<float> weights(program);
  weights.prepare(parameters.data());
  wave::Gradients<float> gradients(program);
  gradients.clear();
  const std::int64_t in = program.in() * stride, out = program.out() * stride;
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();  // what nobody wrote shows
  const wave::Memory<float> x(in), rows(schedule.cells * stride, nan),
      scratch(schedule.scratch * stride, nan), dy(out), dx(in, nan);
  RandomStream random(42, "strips", 0);
  random.normal(std::span(x.data(), static_cast<std::size_t>(in)));
  random.normal(std::span(dy.data(), static_cast<std::size_t>(out)));
  wave::Tile<float> tile(program, schedule, stride, rows.data(), scratch.data());
  const float* y = tile.forward(weights, x.data(), {});
  StripOutcome outcome{{y, y + out}, {}, {}};
  tile.backward(weights, x.data(), {}, dy.data(), gradients, with_dx ? dx.data() : nullptr);
  gradients.unfold(parameters.data());
  if (with_dx) outcome.dx.assign(dx.data(), dx.data() + in);
  outcome.gradient.assign(gradients.data(), gradients.data() + program.parameter_count());
  return outcome;
}

auto strips_of(const wave::Schedule& schedule) {
  return std::ranges::count_if(schedule.segments, [](const auto& s) { return s.strip > 0; });
}

}  // namespace

TEST_CASE("strips give the bits of whole rows") {
  std::ptrdiff_t in_strips = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    RandomStream random(41, "strips", number);
    const Case c = programs_of_wide_rows(random, number % 2 == 0);
    const std::int64_t stride = 16 * (1 + static_cast<std::int64_t>(random.below(8)));
    const bool with_dx = random.below(2) == 0;
    const StripOutcome whole =
        strip_pass_of(c, wave::Schedule(*c.program, every_cell), stride, with_dx);
    for (const std::int64_t strip : {1, 4, 9}) {
      const wave::Schedule schedule(*c.program, 500, strip);
      in_strips += strips_of(schedule);
      const StripOutcome found = strip_pass_of(c, schedule, stride, with_dx);
      INFO("program " << number << ", strips of " << strip);
      CHECK(found.y == whole.y);  // a NaN is unlike itself
      CHECK(found.dx == whole.dx);
      CHECK(found.gradient == whole.gradient);
    }
  }
  CHECK(in_strips > 200);
}

TEST_CASE("a walk in strips comes to each cell once, after those that it needs") {
  RandomStream random(43, "strips", 0);
  std::vector<Op> ops;
  for (const int t : {0, 1, 0, 2, 0, 0}) {
    const std::int64_t width = ops.empty() ? 100 : std::get<StencilOp>(ops.back()).stencil.out;
    ops.emplace_back(StencilOp{travels[t].over(width, Boundary::open), Bias::none, {}, {}});
  }
  const Case c(100, ops, random);
  const wave::Chain chain(*c.program, 0, ops.size());
  REQUIRE(chain.steps == ops.size());
  wave::StripWalk walk(chain, 7, wave::StripWalk::Way::back);
  std::vector<std::int64_t> done(chain.steps + 1, 0);
  while (walk.next()) {
    for (std::size_t r = 0; r < chain.steps; ++r) {
      CHECK(walk.gradient(r).begin == done[r]);
      done[r] = walk.gradient(r).end;
      if (r == 0) continue;
      CHECK(walk.row(r).end >= walk.gradient(r).end);
      CHECK(walk.row(r).end - walk.lowest_of_row(r) < 7 + 4 * 7);
    }
  }
  for (std::size_t r = 0; r < chain.steps; ++r) CHECK(done[r] == chain.width(r));
}

TEST_CASE("what a ring, a skip or a response of its own is in has no strips") {
  RandomStream random(44, "strips", 0);
  const auto strips = [&](std::vector<Op> between, Boundary boundary) {
    std::vector<Op> ops;
    for (int r = 0; r < 6; ++r) {
      ops.emplace_back(StencilOp{travels[0].over(90, boundary), Bias::additive, {}, {}});
      if (r == 2) ops.insert(ops.end(), between.begin(), between.end());
    }
    const Case c(90, std::move(ops), random);
    return strips_of(wave::Schedule(*c.program, 1 << 20, 8));
  };
  CHECK(strips({}, Boundary::open) == 1);
  CHECK(strips({FusedActivation::elu}, Boundary::open) == 1);
  CHECK(strips({}, Boundary::ring) == 0);
  CHECK(strips({FusedActivation::softmax}, Boundary::open) == 0);
  CHECK(strips({wave::SkipOp{1}}, Boundary::open) == 0);
}

TEST_CASE("learners go through many wide rows in strips, and keep few or narrow ones") {
  const auto schedule = [](std::int64_t rows, std::int64_t cells) {
    std::vector<Op> ops;
    for (std::int64_t r = 0; r < rows; ++r) {
      ops.emplace_back(StencilOp{travels[0].over(cells, Boundary::open), Bias::additive, {}, {}});
      ops.emplace_back(FusedActivation::elu);
    }
    RandomStream random(45, "strips", 0);
    const Case c(cells, std::move(ops), random);
    return wave::Learner(c.program, FusedLoss::cross_entropy).schedule();
  };
  CHECK(strips_of(schedule(40, 1024)) == 3);
  CHECK(schedule(40, 1024).cells < 6 * 1024);
  CHECK(strips_of(schedule(10, 1024)) == 0);
  CHECK(strips_of(schedule(40, 512)) == 0);
  CHECK(strips_of(schedule(600, 20)) == 0);
}
