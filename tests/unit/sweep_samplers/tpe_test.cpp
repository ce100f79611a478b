// SPDX-License-Identifier: MIT
// The estimator on functions for which Optuna 5.0 (TPESampler with its defaults, 60 trials, 20
// seeds) is known to reach the numbers below.
#include "catch.hpp"
#include "support.hpp"
#include "sweep/objective.hpp"
#include "sweep/parzen.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

// Of sweep/growth.hpp, which brings LibTorch's own CHECK along.
namespace glia::sweep {
std::vector<std::optional<EndedPoint>> ended_points(
    const std::vector<std::optional<std::optional<double>>>& trials, std::size_t seeds);
}

using namespace samplers;

namespace {

using Function = std::function<double(const Study&, const Point&)>;

Spec tpe(std::int64_t seed, std::int64_t parallel = 1, std::int64_t trials = 60) {
  Spec spec("tpe");
  spec.set("trials", trials).set("sampling_seed", seed).set("parallel", parallel);
  spec.set("objective", std::string("h.validation_loss"));
  return spec;
}

/// Runs all trials, `workers` at a time, the youngest first; returns every value in order.
std::vector<double> run(Study& study, const Function& value, std::size_t workers = 1) {
  std::vector<std::optional<EndedPoint>> ended;
  std::vector<std::size_t> open;
  for (;;) {
    for (const auto& point : study.more(ended)) {
      (void)point;
      open.push_back(ended.size());
      ended.emplace_back();
    }
    if (open.empty()) break;
    const std::size_t at = std::min(workers, open.size()) - 1;
    const std::size_t next = open[at];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    ended[next] = EndedPoint{value(study, study.points()[next])};
  }
  std::vector<double> all;
  for (const auto& each : ended) all.push_back(*each->value);
  return all;
}

double branin(const Study& s, const Point& p) {
  const double pi = std::numbers::pi, x = number_at(s, p, 0), y = number_at(s, p, 1);
  const double a = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return a * a + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

double hartmann6(const Study& s, const Point& p) {
  constexpr double alpha[4] = {1, 1.2, 3, 3.2};
  constexpr double a[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                              {0.05, 10, 17, 0.1, 8, 14},
                              {3, 3.5, 1.7, 10, 17, 8},
                              {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double c[4][6] = {{1312, 1696, 5569, 124, 8283, 5886},
                              {2329, 4135, 8307, 3736, 1004, 9991},
                              {2348, 1451, 3522, 2883, 3047, 6650},
                              {4047, 8828, 8732, 5743, 1091, 381}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double inner = 0;
    for (std::size_t j = 0; j < 6; ++j) {
      const double d = number_at(s, p, j) - 1e-4 * c[i][j];
      inner += a[i][j] * d * d;
    }
    sum -= alpha[i] * std::exp(-inner);
  }
  return sum;
}

void plane_axes(Spec& spec) { spec.range("x", -5, 10).range("y", 0, 15); }

void cube_axes(Spec& spec) {
  for (int d = 0; d < 6; ++d) spec.range("x" + std::to_string(d), 0, 1);
}

Spec& mixed_axes(Spec& spec) {
  spec.choices("kind", {"a", "b", "c"}).range("rate", 1e-5, 1, true);
  spec.range("depth", 1, 16, false, true).range("p", 0, 1);
  spec.spec.only_if.push_back({"p", {{"kind", {item("b")}, {}}}, {}});
  return spec;
}

double mixed(const Study& s, const Point& p) {
  const auto kind = text_at(s, p, 0);
  const double rate = std::log10(number_at(s, p, 1)) + 2.5, depth = number_at(s, p, 2) - 9;
  const double q = number_at(s, p, 3) - 0.3;
  return rate * rate + 0.05 * depth * depth + (kind == "a" ? 1 : kind == "c" ? 0.5 : 4 * q * q);
}

/// In how many of 20 seeds the best of 60 trials is better than the best of 60 random points.
int wins(const std::function<void(Spec&)>& axes, const Function& value, std::int64_t parallel) {
  int won = 0;
  for (std::int64_t seed = 1; seed <= 20; ++seed) {
    auto learning = tpe(seed, parallel);
    Spec drawing("random");
    drawing.set("trials", std::int64_t{60}).set("sampling_seed", seed);
    axes(learning);
    axes(drawing);
    Study learns(learning.spec), draws(drawing.spec);
    const auto found = run(learns, value, static_cast<std::size_t>(parallel));
    const auto by_chance = run(draws, value);
    REQUIRE(by_chance.size() == 60);
    won += *std::min_element(found.begin(), found.end()) <
           *std::min_element(by_chance.begin(), by_chance.end());
  }
  return won;
}

/// The best of 60 trials, for each of 20 seeds.
std::vector<double> best_of_each(const std::function<void(Spec&)>& axes, const Function& value,
                                 std::int64_t parallel) {
  std::vector<double> best;
  for (std::int64_t seed = 1; seed <= 20; ++seed) {
    auto spec = tpe(seed, parallel);
    axes(spec);
    Study study(spec.spec);
    const auto all = run(study, value);
    REQUIRE(all.size() == 60);
    best.push_back(*std::min_element(all.begin(), all.end()));
  }
  return best;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of all pairs those in which ours is worse, that is greater; ties count half.
double worse(const std::vector<double>& ours, const std::vector<double>& theirs) {
  double count = 0;
  for (const double a : ours) {
    for (const double b : theirs) count += a > b ? 1 : a == b ? 0.5 : 0;
  }
  return count;
}

}  // namespace

// Mann-Whitney U test, one-sided, of 20 and 20 runs: p > 0.05 while fewer than 262 of the 400 pairs
// are lost.
TEST_CASE("The estimator is not worse than Optuna's on any function, run by run") {
  // The best of 60 trials of Optuna's TPESampler, 20 seeds each.
  const std::vector<double> of_branin{0.49399, 0.41709, 0.41957, 0.4352,  0.41581, 0.53635, 0.8618,
                                      0.54045, 0.406,   0.64253, 0.40309, 0.49102, 0.43186, 0.56771,
                                      0.87337, 0.40112, 0.57907, 0.52077, 0.66209, 0.43358};
  const std::vector<double> of_hartmann{-3.11943, -2.99958, -3.09482, -3.06015, -2.77148,
                                        -3.13596, -3.11335, -3.03881, -3.00042, -3.12685,
                                        -3.05858, -3.12959, -3.03658, -3.17515, -3.13291,
                                        -2.33009, -3.16199, -3.08952, -2.91854, -2.96221};
  const std::vector<double> of_mixed{0.26322, 0.04003, 0.02745, 0.07677, 0.04184, 0.00082, 0.02001,
                                     0.15847, 0.03709, 0.01762, 0.03573, 0.12546, 0.059,   0.12535,
                                     0.11654, 0.5007,  0.02985, 0.00953, 0.04043, 0.05079};
  constexpr double most = 400 - 138;
  const auto ours = [](const std::function<void(Spec&)>& axes, const Function& value) {
    return best_of_each(axes, value, 1);
  };
  const auto on_branin = ours(plane_axes, branin), on_hartmann = ours(cube_axes, hartmann6),
             on_mixed = ours([](Spec&spec) { mixed_axes(spec); }, mixed);
  INFO("branin " << mean_of(on_branin) << ", hartmann6 " << mean_of(on_hartmann) << ", mixed "
                 << mean_of(on_mixed));
  INFO("pairs lost of 400: " << worse(on_branin, of_branin) << ", "
                             << worse(on_hartmann, of_hartmann) << ", "
                             << worse(on_mixed, of_mixed));
  CHECK(worse(on_branin, of_branin) < most);
  CHECK(worse(on_hartmann, of_hartmann) < most);
  CHECK(worse(on_mixed, of_mixed) < most);
}

TEST_CASE("Each axis may be described by itself, which still beats random points") {
  const auto alone = [](Spec& spec) {
    plane_axes(spec);
    if (spec.spec.sampler == "tpe") spec.set("multivariate", false);
  };
  CHECK(wins(alone, branin, 1) >= 15);
  CHECK(best_of_each(alone, branin, 1) != best_of_each(plane_axes, branin, 1));
}

TEST_CASE("A point of several seeds is worth the median of those that have a number") {
  using Trials = std::vector<std::optional<std::optional<double>>>;
  const std::optional<double> failed;
  const auto points = ended_points(
      Trials{0.1, 0.2, 9.0, 0.4, failed, 0.6, failed, failed, failed, 1.0, std::nullopt, 2.0}, 3);
  REQUIRE(points.size() == 4);
  CHECK(points[0]->value == 0.2);
  CHECK(points[1]->value == Approx(0.5));
  CHECK_FALSE(points[2]->value);
  CHECK_FALSE(points[3]);  // one is still under way
}

TEST_CASE("The estimator wins against random points, also with four workers at once") {
  const std::int64_t parallel = GENERATE(1, 4);
  const int least = parallel == 1 ? 17 : 15;
  const int of_branin = wins(plane_axes, branin, parallel),
            of_hartmann = wins(cube_axes, hartmann6, parallel),
            of_mixed = wins([](Spec&spec) { mixed_axes(spec); }, mixed, parallel);
  INFO("parallel " << parallel << ": branin " << of_branin << ", hartmann6 " << of_hartmann
                   << ", mixed " << of_mixed << " of 20");
  CHECK(of_branin >= least);
  CHECK(of_hartmann >= least);
  CHECK(of_mixed >= least);
}

TEST_CASE("What is suggested depends neither on the workers nor on where the sweep was cut off") {
  auto a = tpe(3, 4, 40), b = tpe(3, 4, 40), c = tpe(3, 4, 40), other = tpe(4, 4, 40);
  for (Spec* spec : {&a, &b, &c, &other}) mixed_axes(*spec);
  Study one(a.spec), four(b.spec);
  const auto values = run(one, mixed, 1);
  run(four, mixed, 4);
  const auto expected = texts_of(one, one.points());
  REQUIRE(expected.size() == 40);
  CHECK(texts_of(four, four.points()) == expected);

  // Cut off after every trial, and begun anew from what was stored.
  std::vector<std::string> so_far;
  std::vector<Point> stored;
  for (std::size_t done = 0; done <= 40; ++done) {
    Study resumed(c.spec);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      Point point = stored[i];
      for (std::size_t axis = 0; axis < point.size(); ++axis) {
        if (point[axis] == Trial::unset) continue;
        const auto& value = one.axes()[axis].values[static_cast<std::size_t>(point[axis])];
        point[axis] = resumed.table().value(axis, value);
      }
      resumed.restore(point);
    }
    std::vector<std::optional<EndedPoint>> ended;
    for (std::size_t i = 0; i < done; ++i) ended.push_back(EndedPoint{values[i]});
    resumed.more(ended);
    so_far = texts_of(resumed, resumed.points());
    REQUIRE(std::equal(so_far.begin(), so_far.end(), expected.begin()));
    stored.assign(one.points().begin(),
                  one.points().begin() + static_cast<std::ptrdiff_t>(so_far.size()));
  }
  CHECK(so_far == expected);
  Study different(other.spec);
  run(different, mixed);
  CHECK(texts_of(different, different.points()) != expected);
}

TEST_CASE("A point waits for the results that it follows from, and for no others") {
  auto spec = tpe(1, 3, 10).range("x", 0, 1);
  Study study(spec.spec);
  CHECK(study.more({}).size() == 3);
  std::vector<std::optional<EndedPoint>> ended(3);
  ended[1] = ended[2] = EndedPoint{1.0};
  CHECK(study.more(ended).empty());
  ended[0] = EndedPoint{};  // failed
  CHECK(study.more(ended).size() == 3);
}

TEST_CASE("A sampler goes on when every trial fails, and ends when the space is empty") {
  auto failing = tpe(1, 1, 30).range("x", 0, 1);
  Study study(failing.spec);
  std::vector<std::optional<EndedPoint>> ended;
  while (!study.more(ended).empty()) ended.assign(study.points().size(), EndedPoint{});
  CHECK(study.points().size() == 30);
  auto small = tpe(1, 1, 30).choices("x", {"a", "b"}).range("n", 1, 4, true, true);
  Study few(small.spec);
  CHECK(run(few, [](const Study& s, const Point& p) { return number_at(s, p, 1); }).size() == 8);
  CHECK(few.is_complete());
}

TEST_CASE("What is maximized is maximized") {
  auto spec = tpe(1, 1, 40).range("x", 0, 1);
  spec.set("objective", std::string("h.validation_accuracy"));
  Study study(spec.spec);
  const auto all = run(study, [](const Study& s, const Point& p) {
    const double d = number_at(s, p, 0) - 0.7;
    return 1 - d * d;
  });
  const double late = std::accumulate(all.end() - 15, all.end(), 0.0) / 15;
  CHECK(late > 0.92);  // 0.88 at random, and less where it is minimized
  CHECK(*std::max_element(all.begin(), all.end()) > 0.9999);
}

TEST_CASE("The kernels of the estimator are probabilities") {
  const auto parzen = ParzenKernels::numbers({0.1, 0.12, 0.9}, 0, 1, 1);
  REQUIRE(parzen.size() == 4);
  glia::RandomStream random(1, "test", 0);
  for (std::size_t k = 0; k < parzen.size(); ++k) {
    double mass = 0, expected = 0, parts = 0, mean = 0;
    for (int i = 0; i < 10000; ++i) {
      const double x = (i + 0.5) / 10000, density = std::exp(parzen.log_density(k, x)) / 10000;
      mass += density;
      expected += x * density;
    }
    for (int i = 0; i < 4; ++i)
      parts += std::exp(parzen.log_probability(k, i / 4.0, i / 4.0 + 0.25));
    for (int i = 0; i < 4000; ++i) mean += parzen.draw(k, random) / 4000;
    CHECK(mass == Approx(1).epsilon(1e-4));
    CHECK(parts == Approx(1).epsilon(1e-9));
    CHECK(mean == Approx(expected).margin(0.02));
  }
  // Of three none is narrower than 0.4 of a fifth of the range, and the prior is as wide.
  CHECK(parzen.widths()[0] == Approx(0.08));
  CHECK(parzen.widths()[3] == Approx(1));
  const auto many = ParzenKernels::numbers(std::vector<double>(64, 5.0), 0, 10, 2);
  CHECK(many.widths()[0] == Approx(10 * 0.08 * std::pow(64, -1.0 / 6)));
  const auto choices = ParzenKernels::choices({2, 2, 0}, 3);
  REQUIRE(choices.size() == 4);
  CHECK(std::exp(choices.log_choice(0, 2)) == Approx(1.25 / 1.75));
  CHECK(std::exp(choices.log_choice(0, 1)) == Approx(0.25 / 1.75));
  CHECK(std::exp(choices.log_choice(3, 1)) == Approx(1.0 / 3));
}

TEST_CASE("Old observations weigh less once there are more than 25") {
  const auto few = parzen_weights(25), many = parzen_weights(45);
  for (const double weight : few) CHECK(weight == Approx(1.0 / 26));
  CHECK(many.size() == 46);
  CHECK(many[0] / many[45] == Approx(1.0 / 45));
  CHECK(many[19] / many[45] == Approx(1));
  CHECK(many[10] < many[11]);
  CHECK(std::accumulate(many.begin(), many.end(), 0.0) == Approx(1));
}

TEST_CASE("An objective is of no test split, and has a goal") {
  const auto problem = [](const char* text, const char* goal = "auto") {
    const char* found = objective_problem(text, goal);
    return std::string(found ? found : "");
  };
  CHECK(problem("digit.validation_accuracy").empty());
  CHECK(problem("digit.test_accuracy").find("write validation_ in place of test_") !=
        std::string::npos);
  CHECK(problem("digit.test_loss", "minimize").find("test split") != std::string::npos);
  CHECK(problem("accuracy").find("must be HEAD.METRIC") != std::string::npos);
  CHECK(problem("digit.parameters").find("write goal = ") != std::string::npos);
  CHECK(problem("digit.parameters", "minimize").empty());
  CHECK(parse_objective("digit.validation_loss", "auto").minimize);
  CHECK_FALSE(parse_objective("digit.validation_accuracy", "auto").minimize);
  CHECK(parse_objective("digit.validation_accuracy", "minimize").minimize);
}

TEST_CASE("The objective is what the head reports") {
  glia::sweep::Outcome outcome;
  outcome.status = Status::ok;
  outcome.heads["h"].json = R"({"validation_loss": 0.25, "validation_accuracy": null})";
  CHECK(objective_of({"h", "validation_loss", true}, outcome) == 0.25);
  CHECK_FALSE(objective_of({"h", "validation_accuracy", false}, outcome));
  CHECK_THROWS_WITH(objective_of({"h", "score", false}, outcome),
                    Catch::Contains("head 'h' reports no 'score'"));
  outcome.status = Status::failed;
  CHECK_FALSE(objective_of({"h", "score", false}, outcome));
}
