// SPDX-License-Identifier: MIT
#include "train/frozen.hpp"

#include "catch.hpp"
#include "toy.hpp"

#include <ATen/ATen.h>

using toy::Place;
using toy::Points;
using namespace glia;

TEST_CASE("frozen parameters keep every bit, and the others learn") {
  for (const std::string optimizer : {"adam", "adamw", "sgd"}) {
    Place place;
    place.train.optimizer = optimizer;
    place.train.settings = {{"weight_decay", 0.1}};
    place.frozen.add(0, 1);
    place.frozen.add(2, 1);
    Points points;
    const auto after = place.run(points);
    CHECK(after[0] == 1.0f);
    CHECK(after[1] != 1.0f);
    CHECK(after[2] == 1.0f);
  }
}

TEST_CASE("what is frozen is no part of the gradient's length") {
  train::Frozen frozen;
  CHECK(frozen.empty());
  frozen.add(0, 2);
  frozen.add(2, 1);
  frozen.add(4, 1);
  CHECK(frozen.count() == 4);
  const at::Tensor gradient = at::arange(1, 7, at::kFloat), values = at::zeros({6});
  frozen.silence(gradient);
  CHECK(gradient.equal(at::tensor({0.0f, 0.0f, 0.0f, 4.0f, 0.0f, 6.0f})));
  frozen.restore(at::ones({6}), values);
  CHECK(values.equal(at::tensor({1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f})));
}
