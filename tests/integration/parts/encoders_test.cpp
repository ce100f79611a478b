// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/decoder.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>

namespace {

const glia::SampleSpec pictures{{28, 28}, 10, 0, {}};

at::Tensor matrix_of(const std::string& id, glia::ValueMap values, std::uint64_t seed = 1) {
  const auto encoder = parts::encoder(id, values);
  glia::ParameterSet parameters(seed, "latent");
  encoder->build(pictures, parameters);
  CHECK(parameters.all().empty());  // nothing is trained
  REQUIRE(parameters.buffers().size() == 1);
  return parameters.buffers()[0].second;
}

/// Rows of a tensor as training samples.
class Rows final : public glia::TrainingInputs {
 public:
  explicit Rows(at::Tensor all) : all_(std::move(all)) {}
  std::int64_t size() const override { return all_.size(0); }
  at::Tensor read(std::int64_t first, std::int64_t count) const override {
    return all_.narrow(0, first, count);
  }

 private:
  at::Tensor all_;
};

/// Samples [n, 6] that vary a lot along two directions, about a mean that is not 0.
at::Tensor flat_cloud(std::int64_t n, std::uint64_t seed) {
  at::Tensor along = at::empty({n, 6}), noise = at::empty({n, 6});
  glia::RandomStream random(seed, "cloud", 0);
  for (at::Tensor* t : {&along, &noise}) {
    random.normal(std::span(t->data_ptr<float>(), static_cast<std::size_t>(t->numel())));
  }
  const at::Tensor directions =
      at::tensor({3.f, 0.f, 3.f, 0.f, 0.f, 0.f, 0.f, 2.f, 0.f, 0.f, 0.f, -2.f}).view({2, 6});
  return along.narrow(1, 0, 2).mm(directions) + 0.1 * noise + 5;
}

struct Fitted {
  explicit Fitted(const at::Tensor& samples, glia::ValueMap values, const char* plugin = "pca")
      : encoder(parts::encoder(plugin, values)), set(1, "latent") {
    encoder->build({{samples.size(1)}, 10}, set);
    encoder->fit(Rows(samples));
  }
  at::Tensor buffer(const std::string& name) const {
    for (const auto& [known, tensor] : set.buffers()) {
      if (known == name) return tensor;
    }
    throw std::runtime_error("no buffer " + name);
  }

  std::unique_ptr<glia::Encoder> encoder;
  glia::ParameterSet set;
};

const glia::ValueMap two{{"z_features", std::int64_t{2}}};

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

TEST_CASE("principal components are the directions of greatest variance, in order") {
  const at::Tensor samples = flat_cloud(2500, 1);  // more than are read at a time
  const Fitted pca(samples, two);
  CHECK(pca.encoder->fitted());
  CHECK_FALSE(pca.encoder->trainable());
  CHECK(pca.set.all().empty());
  const at::Tensor components = pca.buffer("components");
  CHECK((pca.buffer("mean") - samples.mean(0)).abs().max().item<double>() < 1e-4);
  const double r = std::sqrt(0.5);
  const at::Tensor expected =
      at::tensor({r, 0., r, 0., 0., 0., 0., r, 0., 0., 0., -r}, at::kDouble).view({2, 6}).t();
  CHECK((components.abs() - expected.abs()).abs().max().item<double>() < 0.05);
  CHECK(components.t().mm(components).sub(at::eye(2)).abs().max().item<double>() < 1e-5);
  for (int c = 0; c < 2; ++c) {  // the sign is settled by the number farthest from 0
    const at::Tensor column = components.select(1, c);
    CHECK(column[column.abs().argmax()].item<double>() > 0);
  }
  // As LibTorch's singular values have it.
  const at::Tensor about = samples.to(at::kDouble) - samples.to(at::kDouble).mean(0);
  const at::Tensor singular = std::get<1>(at::linalg_svd(about, false));
  const at::Tensor variance = singular.narrow(0, 0, 2).square() / 2500;
  CHECK(((pca.buffer("variance") - variance) / variance).abs().max().item<double>() < 1e-4);
  const at::Tensor code = pca.encoder->encode(samples).mean;
  CHECK(code.mean(0).abs().max().item<double>() < 1e-3);
  CHECK((code.var(0, false) / variance - 1).abs().max().item<double>() < 1e-3);
}

TEST_CASE("whitened components vary by one, and those that do not vary are 0") {
  const at::Tensor samples = flat_cloud(2500, 2);
  glia::ValueMap values = two;
  values["whiten"] = true;
  const Fitted pca(samples, values);
  CHECK((pca.encoder->encode(samples).mean.var(0, false) - 1).abs().max().item<double>() < 1e-3);
  const Fitted still(at::full({30, 4}, 2.5), values);
  CHECK(still.encoder->encode(at::full({3, 4}, 2.5)).mean.abs().max().item<double>() < 1e-3);
}

TEST_CASE("z scores have the mean 0 and the deviation 1 of the training samples, and go back") {
  at::Tensor samples = flat_cloud(2500, 3);
  samples.select(1, 1).mul_(1e4).add_(1e6);  // in another unit, far from 0
  samples.select(1, 2).fill_(0.1);           // never varies
  const Fitted scores(samples, {}, "z_score");
  CHECK(scores.encoder->fitted());
  const at::Tensor code = scores.encoder->encode(samples).mean;
  CHECK(code.mean(0).abs().max().item<double>() < 1e-3);
  const at::Tensor deviation = code.std(0, false);
  for (int c = 0; c < 6; ++c) {
    INFO(c);
    CHECK(std::abs(deviation[c].item<double>() - (c == 2 ? 0 : 1)) < 1e-3);
  }
  CHECK(code.select(1, 2).abs().max().item<double>() < 1e-6);
  const auto& decoder = dynamic_cast<const glia::Decoder&>(*scores.encoder);
  CHECK(decoder.decode(code).allclose(samples, 1e-5, 1e-4));
}

TEST_CASE("more components than numbers are refused with both") {
  const auto pca = parts::encoder("pca", {{"z_features", std::int64_t{785}}});
  CHECK(parts::complaint([&] { pca->out_width(pictures); }) ==
        "inputs of 784 numbers have no 785 principal components | set z_features to 784 or less");
}

TEST_CASE("principal components go back to the samples, and know how far these were spread") {
  const at::Tensor samples = flat_cloud(300, 4);
  for (const bool whiten : {false, true}) {
    const Fitted all(samples, {{"z_features", std::int64_t{6}}, {"whiten", whiten}});
    const auto& decoder = dynamic_cast<const glia::Decoder&>(*all.encoder);
    const at::Tensor codes = all.encoder->encode(samples).mean;
    CHECK(decoder.decode(codes).allclose(samples, 1e-4, 1e-4));
    CHECK(decoder.prior_deviation().allclose(codes.square().mean(0).sqrt(), 1e-3, 1e-3));
    // Two components hold what varies much; what is lost is the noise.
    const Fitted two(samples, {{"z_features", std::int64_t{2}}, {"whiten", whiten}});
    const at::Tensor back =
        dynamic_cast<const glia::Decoder&>(*two.encoder).decode(two.encoder->encode(samples).mean);
    CHECK((back - samples).square().mean().sqrt().item<double>() < 0.12);
    CHECK_FALSE(back.allclose(samples, 1e-4, 1e-4));
  }
}

TEST_CASE("the identity goes back to the inputs; a random projection cannot") {
  const auto same = parts::encoder("identity", {});
  const at::Tensor x = at::arange(2 * 784, at::kFloat).view({2, 784});
  const auto* decoder = dynamic_cast<const glia::Decoder*>(same.get());
  REQUIRE(decoder);
  CHECK(decoder->decode(x).equal(x));
  CHECK_FALSE(decoder->prior_deviation().defined());
  const auto projection = parts::encoder("gaussian_projection", {{"z_features", std::int64_t{3}}});
  CHECK(dynamic_cast<const glia::Decoder*>(projection.get()) == nullptr);
}
