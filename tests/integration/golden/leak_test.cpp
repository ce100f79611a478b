// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "published_network.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>

using namespace glia;
using golden::difference;
using golden::tensor;

namespace {

std::shared_ptr<Layer> leak(const ValueMap& values) {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  return catalog.find(PluginKind::wave_layer, "leak")->descriptor->make_wave_layer(values);
}

at::Tensor leaked(const at::Tensor& row, const ValueMap& values) {
  ParameterSet parameters(1, "golden", at::kDouble);
  const wave::Network network(row.size(1), {{"leak", leak(values), {}}}, parameters);
  REQUIRE(parameters.count() == 0);
  ForwardContext context;
  return network.forward(row, context);
}

}  // namespace

TEST_CASE("an attenuating leak computes the published outputs") {
  const auto cases = golden::read("leak.json");
  REQUIRE(cases.size() == 24);
  for (const auto& c : cases) {
    INFO(c["in_features"] << " cells, sigma " << c["sigma"]);
    const ValueMap values{{"sigma", c["sigma"].get<double>()},
                          {"kernel_size", c["kernel_size"].get<std::int64_t>()},
                          {"attenuating", true}};
    CHECK(difference(leaked(tensor(c["input"]), values), tensor(c["output"])) < 1e-6);
  }
}

TEST_CASE("a leak keeps the sum of a row, whatever the kernel") {
  const at::Tensor row = at::arange(1, 8, at::kDouble).reshape({1, 7});
  for (const std::int64_t size : {1, 3, 5, 7, 21}) {
    for (const double sigma : {0.0, 0.3, 1.0, 5.0}) {
      INFO("kernel of " << size << ", sigma " << sigma);
      const at::Tensor y = leaked(row, {{"sigma", sigma}, {"kernel_size", size}});
      CHECK(y.sum().item<double>() == Approx(28));
      if (sigma == 0 || size == 1) CHECK(difference(y, row) == 0);
      if (sigma == 1 && size == 3) {
        const double side = std::exp(-0.5) / (1 + 2 * std::exp(-0.5)), middle = 1 - 2 * side;
        CHECK(y[0][3].item<double>() == Approx(4));
        CHECK(y[0][0].item<double>() == Approx((middle + side) * 1 + side * 2));
      }
    }
  }
  CHECK(static_cast<const StencilLayer&>(*leak({})).local());
  CHECK_FALSE(static_cast<const StencilLayer&>(*leak({{"kernel_size", std::int64_t{5}}})).local());
}

TEST_CASE("no leak leaves a row as it is, attenuating or not") {
  const at::Tensor row = at::arange(1, 8, at::kDouble).reshape({1, 7});
  CHECK(difference(leaked(row, {{"sigma", 0.0}, {"attenuating", true}}), row) == 0);
}

TEST_CASE("scaled cells pass on what they have times the factor, and hear nobody else") {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  const auto* entry = catalog.find(PluginKind::wave_layer, "scale");
  REQUIRE(entry);
  const std::shared_ptr<Layer> scale = entry->descriptor->make_wave_layer({{"factor", -0.25}});
  ParameterSet parameters(1, "golden", at::kDouble);
  const wave::Network network(4, {{"scale", scale, {}}}, parameters);
  CHECK(parameters.count() == 0);
  ForwardContext context;
  const at::Tensor row = at::arange(1, 5, at::kDouble).reshape({1, 4});
  CHECK(difference(network.forward(row, context), -0.25 * row) == 0);
  CHECK(static_cast<const StencilLayer&>(*scale).local());
}
