// SPDX-License-Identifier: MIT
// Every optimizer against its formula, written out number by number in float64.
#include "catch.hpp"
#include "train/optimizer.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <functional>
#include <vector>

using namespace glia;

namespace {

constexpr int n = 37;  // no multiple of a vector
constexpr int rounds = 12;
constexpr double rate = 0.03;

double start_of(int i) { return std::sin(1.0 + i); }
double gradient_of(int i, int round, double parameter) {
  return 0.7 * parameter + std::cos(0.3 * i + round);
}

/// Parameters after some rounds of `update(t, i, gradient, parameter)`, t from 1.
std::vector<double> reference(const std::function<double(int, int, double, double)>& update) {
  std::vector<double> all;
  for (int i = 0; i < n; ++i) {
    double p = start_of(i);
    for (int t = 1; t <= rounds; ++t) p = update(t, i, gradient_of(i, t, p), p);
    all.push_back(p);
  }
  return all;
}

std::vector<double> with(const config::TrainSpec& train, at::ScalarType type) {
  at::Tensor p = at::empty({n}, at::kDouble);
  for (int i = 0; i < n; ++i) p.data_ptr<double>()[i] = start_of(i);
  p = p.to(type);
  const auto optimizer = train::make_optimizer(train, p);
  for (int t = 1; t <= rounds; ++t) {
    const at::Tensor g = p.to(at::kDouble).clone();
    for (int i = 0; i < n; ++i) {
      g.data_ptr<double>()[i] = gradient_of(i, t, g.data_ptr<double>()[i]);
    }
    optimizer->step(rate, g.to(type), p);
  }
  p = p.to(at::kDouble);
  return {p.data_ptr<double>(), p.data_ptr<double>() + n};
}

void check(const config::TrainSpec& train,
           const std::function<double(int, int, double, double)>& update) {
  const auto expected = reference(update);
  for (const auto& [type, margin] : {std::pair{at::kDouble, 1e-12}, {at::kFloat, 2e-5}}) {
    const auto found = with(train, type);
    for (int i = 0; i < n; ++i) {
      INFO(train.optimizer << ", number " << i);
      CHECK(found[static_cast<std::size_t>(i)] ==
            Approx(expected[static_cast<std::size_t>(i)]).margin(margin));
    }
  }
}

/// Adam's moments of each number.
struct Moments {
  std::vector<double> first = std::vector<double>(n), second = std::vector<double>(n);

  double step(int t, int i, double g, double epsilon) {
    const auto k = static_cast<std::size_t>(i);
    first[k] = 0.9 * first[k] + 0.1 * g;
    second[k] = 0.999 * second[k] + 0.001 * g * g;
    const double m = first[k] / (1 - std::pow(0.9, t)), v = second[k] / (1 - std::pow(0.999, t));
    return rate * m / (std::sqrt(v) + epsilon);
  }
};

}  // namespace

TEST_CASE("sgd, with momentum, Nesterov's momentum and weight decay") {
  check({.optimizer = "sgd"}, [](int, int, double g, double p) { return p - rate * g; });
  check({.optimizer = "sgd", .settings = {{"weight_decay", 0.2}}},
        [](int, int, double g, double p) { return p - rate * (g + 0.2 * p); });
  for (const bool nesterov : {false, true}) {
    std::vector<double> velocity(n);
    check({.optimizer = "sgd",
           .settings = {{"momentum", 0.8}, {"nesterov", nesterov}, {"weight_decay", 0.1}}},
          [&](int t, int i, double g, double p) {
            double& v = velocity[static_cast<std::size_t>(i)];
            if (t == 1) v = 0;
            g += 0.1 * p;
            v = 0.8 * v + g;
            return p - rate * (nesterov ? g + 0.8 * v : v);
          });
  }
}

TEST_CASE("adam divides by the running size of the gradient; its decay is a penalty") {
  Moments plain, decayed;
  check({.optimizer = "adam"},
        [&](int t, int i, double g, double p) { return p - plain.step(t, i, g, 1e-8); });
  check(
      {.optimizer = "adam", .settings = {{"epsilon", 1e-2}, {"weight_decay", 0.3}}},
      [&](int t, int i, double g, double p) { return p - decayed.step(t, i, g + 0.3 * p, 1e-2); });
}

TEST_CASE("adamw takes its decay from the parameters, apart from the moments") {
  Moments moments;
  check({.optimizer = "adamw", .settings = {{"weight_decay", 0.4}}},
        [&](int t, int i, double g, double p) {
          return p * (1 - rate * 0.4) - moments.step(t, i, g, 1e-8);
        });
}

TEST_CASE("what fades in an optimizer is zero, in every stretch, as any thread may run one") {
  const config::TrainSpec train{.optimizer = "adam"};
  const at::Tensor p = at::ones({200000}, at::kFloat), g = at::full({200000}, 2e-38, at::kFloat);
  const auto optimizer = train::make_optimizer(train, p);
  optimizer->step(rate, g, p);  // a tenth of it is no normal float32
  for (const auto& [name, array] : optimizer->state()) CHECK(array.abs().max().item<float>() == 0);
  CHECK(p.eq(1).all().item<bool>());
}

TEST_CASE("an optimizer that is given its state again goes on to the same bits") {
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    const config::TrainSpec train{.optimizer = name, .settings = {{"momentum", 0.9}}};
    const at::Tensor start = at::arange(n, at::kFloat).cos(), g = at::arange(n, at::kFloat).sin();
    const at::Tensor whole = start.clone(), part = start.clone();
    const auto one = train::make_optimizer(train, whole),
               first = train::make_optimizer(train, part);
    for (int t = 0; t < 6; ++t) one->step(rate, g, whole);
    for (int t = 0; t < 3; ++t) first->step(rate, g, part);
    const auto second = train::make_optimizer(train, part);
    second->steps = first->steps;
    REQUIRE(second->state().size() == first->state().size());
    for (std::size_t i = 0; i < first->state().size(); ++i) {
      at::Tensor(second->state()[i].second).copy_(first->state()[i].second);
    }
    for (int t = 0; t < 3; ++t) second->step(rate, g, part);
    CHECK(part.equal(whole));
    CHECK_FALSE(part.equal(start));
  }
}

TEST_CASE("a step by parts is the whole step to the bit") {
  constexpr std::int64_t many = 200'000;  // several of the blocks that a whole step goes by
  for (const auto* entry : Registry<train::OptimizerEntry>::all().entries()) {
    const config::TrainSpec train{.optimizer = entry->name, .settings = {{"momentum", 0.9}}};
    INFO(entry->name);
    const at::Tensor g = at::arange(many, at::kFloat).sin();
    at::Tensor whole = at::arange(many, at::kFloat).cos(), parts = whole.clone();
    const auto one = train::make_optimizer(train, whole),
               other = train::make_optimizer(train, parts);
    for (int t = 0; t < 3; ++t) {
      one->step(rate, g, whole);
      other->begin();
      for (std::int64_t first = many; first > 0;) {  // from the end, in pieces of 12,345
        const std::int64_t count = std::min<std::int64_t>(12'345, first);
        first -= count;
        other->part(rate, g, parts, first, count);
      }
    }
    CHECK(at::equal(whole, parts));
    CHECK(one->steps == other->steps);
    for (std::size_t k = 0; k < one->state().size(); ++k) {
      CHECK(at::equal(one->state()[k].second, other->state()[k].second));
    }
  }
}
