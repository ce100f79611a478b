// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <string>

TEST_CASE("a regression scores a sample when every value is within the tolerance") {
  const auto head = parts::head("regression", {{"tolerance", 0.01}});
  const at::Tensor target = at::zeros({3, 2});
  const at::Tensor output = at::tensor({0.009f, -0.009f, 0.009f, 0.011f, -0.5f, 0.0f}).view({3, 2});
  CHECK(head->score(output, target).equal(at::tensor({1.0f, 0.0f, 0.0f})));
  CHECK(head->loss(output, target).item<double>() ==
        Approx((3 * 0.009 * 0.009 + 0.011 * 0.011 + 0.25) / 6));
  CHECK(head->forward(output).equal(output));
  CHECK_FALSE(head->predict(output).defined());
}

TEST_CASE("heads say which rows and targets they cannot read") {
  const glia::SampleSpec digits{{28, 28}, 10, 0, {}}, values{{2}, 0, 1, {}};
  const auto classifier = parts::head("classifier", {}), regression = parts::head("regression", {});
  const auto says = [](const glia::Head& head, std::int64_t in, const glia::SampleSpec& data) {
    return parts::complaint([&] { head.check(in, data); });
  };
  CHECK(says(*classifier, 10, digits).empty());
  CHECK(says(*classifier, 8, digits) ==
        "the row is too narrow: a classifier of 10 classes reads 10 cells, one for each, but hears "
        "8 | end the network with narrow_to = 10; a row that gathers down to it starts with at "
        "least 12 cells");
  CHECK(says(*classifier, 12, digits).find("but hears 12") != std::string::npos);
  CHECK(says(*classifier, 1, values).find("real-valued targets") != std::string::npos);
  CHECK(says(*regression, 1, values).empty());
  CHECK(says(*regression, 2, values) ==
        "a regression of 1 value reads a row of as many cells, but hears 2 | end the network with "
        "narrow_to = 1");
  CHECK(says(*regression, 10, digits).find("use the head 'classifier'") != std::string::npos);
}

TEST_CASE("a classifier weighs classes and smooths labels as PyTorch's cross_entropy does") {
  const at::Tensor row =
      at::tensor({0.5f, -1.0f, 2.0f, 1.0f, 0.0f, -0.5f, -2.0f, 0.3f, 0.2f, 0.1f, 0.9f, -0.4f})
          .view({4, 3});
  const at::Tensor labels = at::tensor({2, 0, 1, 1}, at::kLong);
  const auto loss_of = [&](const glia::ValueMap& values) {
    const auto head = parts::head("classifier", values);
    return head->loss(head->forward(row), labels).item<double>();
  };
  const std::vector<double> weights{1, 2, 0.5};
  CHECK(loss_of({}) == Approx(0.486194).margin(1e-6));
  CHECK(loss_of({{"class_weights", weights}}) == Approx(0.556949).margin(1e-6));
  CHECK(loss_of({{"label_smoothing", 0.1}}) == Approx(0.582028).margin(1e-6));
  CHECK(loss_of({{"class_weights", weights}, {"label_smoothing", 0.1}}) ==
        Approx(0.627659).margin(1e-6));
  CHECK(loss_of({{"class_weights", std::vector<double>{3, 3, 3}}}) == Approx(loss_of({})));

  CHECK(parts::head("classifier", {})->fused_loss() == glia::FusedLoss::cross_entropy);
  CHECK(parts::head("classifier", {{"label_smoothing", 0.1}})->fused_loss() ==
        glia::FusedLoss::none);
  const glia::SampleSpec three{{4}, 3, 0, {}};
  const auto says = [&](std::vector<double> given) {
    const auto head = parts::head("classifier", {{"class_weights", std::move(given)}});
    return parts::complaint([&] { head->check(3, three); });
  };
  CHECK(says({1, 2, 3}).empty());
  CHECK(says({1, 2}).find("class_weights has 2 numbers, but the data set has 3 classes") == 0);
}

TEST_CASE("information is the bits that are known of a class") {
  const auto head = parts::head("information", {});
  CHECK(head->metrics().at(0).name == "information");
  CHECK(head->fused_loss() == glia::FusedLoss::cross_entropy);
  const at::Tensor row = at::zeros({3, 8});
  row[1][5] = 100.0f, row[2][5] = 100.0f;
  const at::Tensor labels = at::tensor({0, 5, 4}, at::kLong), output = head->forward(row);
  const at::Tensor known = head->measure(output, labels);
  CHECK(known[0][0].item<double>() == Approx(0).margin(1e-6));  // all alike likely: nothing
  CHECK(known[1][0].item<double>() == Approx(3));               // right beyond doubt: log2 of 8
  CHECK(known[2][0].item<double>() < -100);                     // wrong beyond doubt
  CHECK(known.select(1, 1).equal(at::tensor({1.0f, 1.0f, 0.0f})));
  CHECK(head->score(output, labels).equal(known.select(1, 0)));
  CHECK(parts::complaint([&] {
          head->check(4, {{1}, 8, 0, {}});
        }).find("but hears 4") != std::string::npos);
}

TEST_CASE(
    "every_pass has a loss for each pass, the same neurons for all, later ones counting more") {
  const auto count = [](double power) {
    return glia::ValueMap{
        {"passes", std::int64_t{4}}, {"classes", std::int64_t{3}}, {"power", power}};
  };
  const at::Tensor row = at::sin(at::arange(2 * 4 * 5, at::kFloat)).view({2, 20});
  const at::Tensor labels = at::tensor({2, 0}, at::kLong);
  for (const double power : {0.0, 2.0}) {
    glia::ParameterSet parameters(1, "head");
    const auto head = parts::head("every_pass", count(power));
    head->build(20, parameters);
    const at::Tensor weight = parameters.all().at(0).second, bias = parameters.all().at(1).second;
    double wanted = 0, all = 0;
    for (std::int64_t t = 0; t < 4; ++t) {
      const at::Tensor logits = at::matmul(row.narrow(1, 5 * t, 5), weight.t()) + bias;
      const double counts = std::pow(static_cast<double>(t + 1), power);
      wanted += counts * at::nll_loss(at::log_softmax(logits, 1), labels).item<double>();
      all += counts;
    }
    const at::Tensor loss = head->loss(head->forward(row), labels);
    CHECK(loss.item<double>() == Approx(wanted / all).epsilon(1e-5));
    loss.backward();
    CHECK(weight.grad().abs().min().item<double>() > 0);
  }
  const auto head = parts::head("every_pass", count(0));
  const auto says = [&](std::int64_t in, std::int64_t classes) {
    return parts::complaint([&] { head->check(in, {{4, 5}, classes, 0, {}}); });
  };
  CHECK(says(20, 3).empty());
  CHECK(says(21, 3).find("cannot be the states of 4 passes") != std::string::npos);
  CHECK(says(20, 10).find("set classes = 10") != std::string::npos);
}

TEST_CASE("a probe measures the mean under a name of one's own, and teaches nothing") {
  const auto head =
      parts::head("probe", {{"metric", std::string("speed")}, {"unit", std::string("um/s")}});
  CHECK(head->metrics().at(0).name == "speed");
  CHECK(head->metrics().at(0).unit == "um/s");
  const at::Tensor row = at::tensor({1.0f, 2.0f, 3.0f, 5.0f}).view({2, 2});
  row.set_requires_grad(true);
  const at::Tensor output = head->forward(row);
  CHECK(head->score(output, {}).equal(at::tensor({1.5f, 4.0f})));
  head->loss(output, {}).backward();
  CHECK(row.grad().abs().max().item<double>() == 0);
}

TEST_CASE("a probe's metric has a name of its own") {
  const auto& probe = parts::descriptor(glia::PluginKind::head, "probe");
  const auto says = [&](const std::string& name) {
    const auto all = probe.violations({{"metric", name}, {"unit", std::string()}});
    return all.empty() ? "" : all.front();
  };
  CHECK(says("speed_2").empty());
  CHECK(says("Speed") == "metric is a name of lower-case letters, digits and underscores");
  CHECK(says("").find("metric is a name of") == 0);
  for (const std::string taken : {"accuracy", "loss"}) {
    CHECK(says(taken) == "metric is taken: a probe measures neither right answers nor a loss");
  }
}
