// SPDX-License-Identifier: MIT
#include "train/damage.hpp"

#include "catch.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <vector>

using namespace glia;

namespace {

/// Weights enough that their moments tell what was done to them; none of them is zero.
struct Trained {
  ParameterSet parameters{5, "net"};
  at::Tensor weight = parameters.add("slide.weight", {100, 100}, Init::uniform(1));
  at::Tensor bias = parameters.add("slide.bias", {100}, Init::uniform(1));
  at::Tensor whole = weight.detach().clone();
  at::Tensor whole_bias = bias.detach().clone();
  bool is_whole() const { return weight.equal(whole) && bias.equal(whole_bias); }
};

std::vector<results::DamageResult> damage(const Trained& net, const config::DamageSpec& spec,
                                          const std::function<double()>& test) {
  return train::test_damaged(spec, 7, "astrocytes", net.parameters, {}, test);
}

}  // namespace

TEST_CASE("weight noise is normal about the trained weights, by the level, anew in every draw") {
  const Trained net;
  std::vector<at::Tensor> noises;
  damage(net, {{0.5, 2}, {}, 3}, [&] {
    CHECK(net.bias.equal(net.whole_bias));
    noises.push_back((net.weight - net.whole).detach());
    return 0.0;
  });
  REQUIRE(noises.size() == 6);
  for (std::size_t i = 0; i < noises.size(); ++i) {
    const double level = i < 3 ? 0.5 : 2;
    CHECK(noises[i].mean().item<double>() == Approx(0).margin(0.05 * level));
    CHECK(noises[i].std().item<double>() == Approx(level).epsilon(0.03));
    // Of a normal, 68.3 % lie within one deviation.
    CHECK(noises[i].abs().le(level).to(at::kDouble).mean().item<double>() ==
          Approx(0.683).margin(0.02));
    for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(noises[i].equal(noises[j]));
  }
  CHECK(net.is_whole());
}

TEST_CASE("lost weights are zero and the others as trained") {
  const Trained net;
  std::vector<double> lost;
  const auto found = damage(net, {{}, {0.3, 0.9}, 2}, [&] {
    CHECK(net.bias.equal(net.whole_bias));
    const at::Tensor zero = net.weight.eq(0);
    CHECK(net.weight.equal(net.whole.masked_fill(zero, 0)));
    lost.push_back(zero.to(at::kDouble).mean().item<double>());
    return lost.back();
  });
  REQUIRE(found.size() == 2);
  for (const auto& result : found) {
    CHECK(result.kind == "weight_loss");
    REQUIRE(result.accuracies.size() == 2);
    for (const double share : result.accuracies) CHECK(share == Approx(result.level).margin(0.02));
    CHECK(result.accuracies[0] != result.accuracies[1]);
  }
  CHECK(net.is_whole());
}

TEST_CASE("what a level is tested with depends on no other level") {
  const Trained net;
  const auto weights_at = [&](const config::DamageSpec& spec, std::size_t test) {
    std::vector<at::Tensor> all;
    damage(net, spec, [&] {
      all.push_back(net.weight.detach().clone());
      return 0.0;
    });
    return all.at(test);
  };
  CHECK(weights_at({{0.1, 0.2}, {0.5}, 2}, 3).equal(weights_at({{0.2}, {}, 2}, 1)));
}

TEST_CASE("a test of damage that fails or is stopped leaves the trained weights") {
  const Trained net;
  CHECK_THROWS_AS(damage(net, {{0.5}, {}, 2}, []() -> double { throw std::runtime_error("no"); }),
                  std::runtime_error);
  CHECK(net.is_whole());
  int tests = 0;
  CHECK_THROWS_AS(train::test_damaged(
                      {{0.5}, {}, 5}, 7, "astrocytes", net.parameters, [&] { return tests == 2; },
                      [&] { return 1.0 * ++tests; }),
                  Error);
  CHECK(tests == 2);
  CHECK(net.is_whole());
}
