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
