// SPDX-License-Identifier: MIT
// Tensors of a node that are saved and not trained.
#include "catch.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>

#include <ATen/ATen.h>

using namespace glia;

TEST_CASE("a buffer starts as a parameter of its name would, but is not trained and not counted") {
  ParameterSet set(7, "node"), other(7, "node");
  const at::Tensor buffer = set.add_buffer("matrix", {3, 4}, Init::normal(2));
  const at::Tensor parameter = other.add("matrix", {3, 4}, Init::normal(2));
  CHECK(at::equal(buffer, parameter));
  CHECK_FALSE(buffer.requires_grad());
  CHECK(parameter.requires_grad());
  CHECK(set.all().empty());
  CHECK(set.count() == 0);
  REQUIRE(set.buffers().size() == 1);
  CHECK(set.buffers()[0].second.is_same(buffer));
}

TEST_CASE("what is saved are parameters, then buffers, and names are unique among all") {
  ParameterSet set(1, "node");
  set.add_buffer("mean", {2}, Init::zeros());
  set.add("weight", {2}, Init::constant(1));
  set.set_prefix("inner.");
  set.add_buffer("mean", {2}, Init::zeros());
  std::string names;
  for (const auto& [name, tensor] : set.saved()) names += name + ' ';
  CHECK(names == "weight mean inner.mean ");
  set.set_prefix("");
  CHECK_THROWS_AS(set.add("mean", {2}, Init::zeros()), Error);
  CHECK_THROWS_AS(set.add_buffer("weight", {2}, Init::zeros()), Error);
}
