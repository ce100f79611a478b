// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <torch/types.h>

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
