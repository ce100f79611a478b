// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "train/metric.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

using namespace glia;
using train::Answers;
using train::measure_all;

namespace {

/// Of a metric of this file's own, seen like any other.
const Registered<train::MetricEntry> first_class(train::metric(
    "first_class_share", "Share of samples that are given class 0.", true,
    [](const Answers& answers) { return answers.classified(); },
    [](const Answers& answers) {
      return answers.classes.eq(0).to(at::kDouble).mean().item<double>();
    }));

/// Six samples of three classes, of which one never occurs.
Answers six() {
  const at::Tensor p = at::tensor({0.8, 0.1, 0.1,    //
                                   0.6, 0.3, 0.1,    //
                                   0.2, 0.7, 0.1,    //
                                   0.9, 0.05, 0.05,  //
                                   0.1, 0.5, 0.4,    //
                                   0.7, 0.2, 0.1})
                           .view({6, 3});
  return {.output = p.log(),
          .classes = p.argmax(1),
          .targets = at::tensor({0, 0, 0, 1, 1, 0}, at::kLong),
          .class_count = 3};
}

/// A head that only declares.
class Declares final : public Head {
 public:
  explicit Declares(std::vector<Metric> metrics) : metrics_(std::move(metrics)) {}
  void check(std::int64_t, const SampleSpec&) const override {}
  at::Tensor forward(const at::Tensor& row) const override { return row; }
  at::Tensor loss(const at::Tensor& output, const at::Tensor&) const override {
    return output.mean();
  }
  std::vector<Metric> metrics() const override { return metrics_; }
  at::Tensor score(const at::Tensor& output, const at::Tensor&) const override {
    return output.select(1, 0);
  }
  at::Tensor measure(const at::Tensor& output, const at::Tensor&) const override { return output; }

 private:
  std::vector<Metric> metrics_;
};

std::vector<Metric> named(const std::vector<std::string>& names) {
  std::vector<Metric> all;
  for (const auto& name : names) all.push_back({.name = name});
  return all;
}

std::string complaint(std::vector<Metric> metrics) {
  try {
    train::metrics_of(Declares(std::move(metrics)));
  } catch (const Error& e) {
    return e.message();
  }
  return "";
}

}  // namespace

TEST_CASE("classes: balanced accuracy, calibration error and the confusion matrix") {
  const auto found = measure_all(six(), {});
  // Class 0: 3 of 4; class 1: 1 of 2; class 2 never occurs.
  CHECK(found.at("balanced_accuracy") == Approx((0.75 + 0.5) / 2));
  // The two of 0.7, one of them right, share a bin of 1/15; the others have one each.
  CHECK(found.at("calibration_error") ==
        Approx((0.2 + 0.4 + 0.9 + 0.5 + (2 * 0.7 - 1)) / 6).epsilon(1e-6));
  CHECK(found.at("first_class_share") == Approx(4.0 / 6));
  CHECK(found.count("r2") == 0);
  CHECK(train::confusion_of(six()) ==
        std::vector<std::vector<std::int64_t>>{{3, 1, 0}, {1, 1, 0}, {0, 0, 0}});
}

TEST_CASE("only what is named is measured, and nothing that does not apply") {
  CHECK(measure_all(six(), {"balanced_accuracy"}).size() == 1);
  CHECK(measure_all(six(), {"r2"}).empty());
}

TEST_CASE("values: squared and absolute error, and the share of variance explained") {
  const Answers answers{.output = at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({4, 1}),
                        .targets = at::tensor({1.0f, 1.0f, 3.0f, 6.0f}).view({4, 1})};
  const auto found = measure_all(answers, {});
  CHECK(found.size() == 3);
  CHECK(found.at("squared_error") == Approx(5.0 / 4));
  CHECK(found.at("absolute_error") == Approx(3.0 / 4));
  const double mean = 11.0 / 4, spread = 2 * (1 - mean) * (1 - mean) + (3 - mean) * (3 - mean) +
                                         (6 - mean) * (6 - mean);
  CHECK(found.at("r2") == Approx(1 - 5 / spread));
  CHECK(train::confusion_of(answers).empty());
  const Answers flat{.output = at::ones({2, 1}), .targets = at::ones({2, 1})};
  CHECK(std::isnan(measure_all(flat, {}).at("r2")));
}

TEST_CASE("what a head declares to be measured by is checked, and measured but for the first") {
  CHECK(complaint({}).find("declares no metric") != std::string::npos);
  CHECK(complaint(named({"Top 5"})).find("a metric called 'Top 5'") != std::string::npos);
  CHECK(complaint(named({"rank", "rank"})).find("'rank', and the name is taken") !=
        std::string::npos);
  for (const char* taken : {"loss", "balanced_accuracy", "first_class_share"}) {
    CHECK(complaint(named({taken})).find("the name is taken") != std::string::npos);
  }
  CHECK(complaint(named({"accuracy", "rank"})).empty());

  const Answers answers{.output = at::tensor({1.0, 10.0, 3.0, 20.0, 5.0, 60.0}).view({3, 2}),
                        .targets = at::zeros({3, 1})};
  const auto found = train::measure_own(Declares(named({"first", "second"})), answers);
  CHECK(found == std::map<std::string, double>{{"second", 30.0}});
  CHECK(train::measure_own(Declares(named({"only"})), answers).empty());
  CHECK_THROWS_AS(train::measure_own(Declares(named({"a", "b", "c"})), answers), Error);
}
