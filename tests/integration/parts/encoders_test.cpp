// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <torch/types.h>

#include <cmath>

namespace {

const glia::SampleSpec pictures{{28, 28}, 10, 0, {}};

at::Tensor matrix_of(const std::string& id, glia::ValueMap values, std::uint64_t seed = 1) {
  const auto encoder = parts::encoder(id, values);
  glia::ParameterSet parameters(seed, "latent");
  encoder->build(pictures, parameters);
  REQUIRE(parameters.all().size() == 1);
  return parameters.all()[0].second.detach();
}

}  // namespace

TEST_CASE("a Gaussian projection has entries of variance 1/z") {
  const at::Tensor matrix = matrix_of("gaussian_projection", {{"z_features", std::int64_t{16}}});
  REQUIRE(matrix.sizes() == at::IntArrayRef({784, 16}));
  CHECK(std::abs(matrix.mean().item<double>()) < 0.01);
  CHECK(std::abs(matrix.var().item<double>() * 16 - 1) < 0.05);
  CHECK(matrix.equal(matrix_of("gaussian_projection", {{"z_features", std::int64_t{16}}})));
  CHECK_FALSE(
      matrix.equal(matrix_of("gaussian_projection", {{"z_features", std::int64_t{16}}}, 2)));
}

TEST_CASE("a sparse projection has few entries, of one size, with either sign") {
  const at::Tensor matrix = matrix_of("sparse_projection", {});
  REQUIRE(matrix.sizes() == at::IntArrayRef({784, 20}));
  const at::Tensor entries = matrix.masked_select(matrix.ne(0));
  // Density 1/sqrt(784) = 1/28 of 15680 entries: 560 give or take 23 (one standard deviation).
  CHECK(std::abs(static_cast<double>(entries.numel()) - 560) < 100);
  CHECK((entries.abs() - std::sqrt(28.0 / 20)).abs().max().item<double>() < 1e-6);
  CHECK(std::abs(entries.gt(0).sum().item<double>() - 280) < 80);

  const at::Tensor half = matrix_of("sparse_projection", {{"density", 0.5}});
  CHECK(std::abs(half.ne(0).to(at::kFloat).mean().item<double>() - 0.5) < 0.03);
  CHECK(half.abs().max().item<double>() == Approx(std::sqrt(2.0 / 20)));
}

TEST_CASE("projections keep the lengths of inputs on average") {
  const at::Tensor x = at::full({1, 784}, 0.3);
  for (const std::string id : {"gaussian_projection", "sparse_projection"}) {
    const auto encoder = parts::encoder(id, {{"z_features", std::int64_t{2000}}});
    CHECK(encoder->out_width(pictures) == 2000);
    CHECK_FALSE(encoder->trainable());
    glia::ParameterSet parameters(3, "latent");
    encoder->build(pictures, parameters);
    const glia::Latent latent = encoder->encode(x);
    CHECK_FALSE(latent.log_variance.defined());
    CHECK(latent.mean.norm().item<double>() == Approx(x.norm().item<double>()).epsilon(0.1));
  }
}

TEST_CASE("the identity hands the inputs on") {
  const auto encoder = parts::encoder("identity", {});
  CHECK(encoder->out_width(pictures) == 784);
  glia::ParameterSet parameters(1, "latent");
  encoder->build(pictures, parameters);
  CHECK(parameters.all().empty());
  const at::Tensor x = at::arange(784, at::kFloat).reshape({1, 784});
  CHECK(encoder->encode(x).mean.equal(x));
}
