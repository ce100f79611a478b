// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <set>

using namespace wave_test;

namespace {

/// A random stack and, found without any Stencil, which outputs each input cell can reach.
struct Stack {
  std::int64_t in;
  std::vector<Op> ops;
  std::vector<std::set<std::int64_t>> reach;

  Stack(RandomStream& random, bool smooth) : in(5 + static_cast<std::int64_t>(random.below(16))) {
    for (std::int64_t k = 0; k < in; ++k) reach.push_back({k});
    std::int64_t width = in;
    const std::uint64_t depth = 1 + random.below(4);
    for (std::uint64_t d = 0; d < depth; ++d) {
      const Travel& travel = travels[width > 4 ? random.below(3) : random.below(2)];
      const Boundary boundary = boundaries[random.below(2)];
      ops.emplace_back(StencilOp{travel.over(width, boundary), biases[random.below(3)]});
      step(travel, width, boundary);
      width += travel.widens;
      // Not softmax: its cells hear the whole row. `smooth` ones never hide a change.
      constexpr FusedActivation smooth_ones[] = {FusedActivation::identity, FusedActivation::tanh,
                                                 FusedActivation::sigmoid};
      constexpr FusedActivation all[] = {FusedActivation::identity, FusedActivation::tanh,
                                         FusedActivation::elu, FusedActivation::relu,
                                         FusedActivation::sigmoid};
      ops.emplace_back(smooth ? smooth_ones[random.below(3)] : all[random.below(5)]);
    }
  }

 private:
  /// Cell j hears cell (j + offset), wrapped on a ring: so k is heard by (k - offset).
  void step(const Travel& travel, std::int64_t width, Boundary boundary) {
    for (auto& cells : reach) {
      std::set<std::int64_t> next;
      for (const std::int64_t k : cells) {
        for (const int offset : travel.offsets) {
          for (std::int64_t j = 0; j < width + travel.widens; ++j) {
            const std::int64_t away = j + offset - k;
            if (boundary == Boundary::ring ? away % width == 0 : away == 0) next.insert(j);
          }
        }
      }
      cells = next;
    }
  }
};

}  // namespace

TEST_CASE("a change of one cell stays where the stencils carry it, in 200 random stacks") {
  std::int64_t out_of_reach = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    RandomStream random(11, "locality", number);
    const Stack stack(random, false);
    const Case c(stack.in, stack.ops, random);
    const at::Tensor row = normal(random, {2, stack.in}).requires_grad_(true);
    const at::Tensor before = c.run(row);
    const at::Tensor slopes = torch::autograd::grad({before}, {row}, {at::ones_like(before)})[0];
    INFO("stack " << number);
    REQUIRE(slopes.sizes() == row.sizes());
    for (std::int64_t k = 0; k < stack.in; ++k) {
      at::Tensor moved = row.detach().clone();
      moved.select(1, k) += 0.5;
      const at::Tensor after = c.run(moved);
      for (std::int64_t j = 0; j < c.program->out(); ++j) {
        if (stack.reach[static_cast<std::size_t>(k)].count(j)) continue;
        ++out_of_reach;
        INFO("input cell " << k << ", output cell " << j);
        REQUIRE(at::equal(before.select(1, j), after.select(1, j)));  // to the bit
      }
    }
  }
  CHECK(out_of_reach > 5000);
}

TEST_CASE("a change of one cell does reach every cell that the stencils carry it to") {
  for (std::uint64_t number = 0; number < 100; ++number) {
    RandomStream random(12, "locality", number);
    const Stack stack(random, true);
    const Case c(stack.in, stack.ops, random);
    const at::Tensor row = normal(random, {4, stack.in}, 0.3).requires_grad_(true);
    const at::Tensor out = c.run(row);
    INFO("stack " << number);
    for (std::int64_t j = 0; j < c.program->out(); ++j) {
      const at::Tensor heard =
          torch::autograd::grad({out.select(1, j).sum()}, {row}, {}, /*retain_graph=*/true)[0]
              .abs()
              .sum(0);
      for (std::int64_t k = 0; k < stack.in; ++k) {
        INFO("input cell " << k << ", output cell " << j);
        REQUIRE((heard[k].item<double>() > 0) ==
                (stack.reach[static_cast<std::size_t>(k)].count(j) > 0));
      }
    }
  }
}
