// SPDX-License-Identifier: MIT
// The training step of the vae plugin, worked out by hand, against autograd on its own loss.
#include "catch.hpp"
#include "graph/flow_graph.hpp"
#include "graph/serial_runner.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/decoder.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/gradient_parts.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

using namespace glia;

namespace {

struct Vae {
  std::unique_ptr<Encoder> encoder;
  ParameterSet parameters{1, "latent"};
  std::vector<at::Tensor> tensors, gradients;

  explicit Vae(std::int64_t features) {
    encoder = plugin::load_plugins({})
                  .find(PluginKind::encoder, "vae")
                  ->descriptor->make_encoder(
                      {{"z_features", std::int64_t{5}}, {"hidden", std::int64_t{37}}});
    encoder->build({{features}, 10, 0, {}}, parameters);
    for (const auto& [name, p] : parameters.all()) {
      tensors.push_back(p);
      gradients.push_back(at::zeros(p.sizes()));
    }
  }
};

/// Rows in [0, 1] of which about `density` are not zero.
at::Tensor pictures(std::int64_t batch, std::int64_t features, float density) {
  at::Tensor x = at::empty({batch, features}), chosen = at::empty({batch, features});
  RandomStream random(2, "pictures", static_cast<std::uint64_t>(batch));
  for (const at::Tensor& t : {x, chosen}) {
    random.uniform(std::span(t.data_ptr<float>(), static_cast<std::size_t>(t.numel())), 0, 1);
  }
  return x * (chosen < density).to(at::kFloat);
}

}  // namespace

TEST_CASE("the step by hand is autograd's, on sparse and on dense pictures") {
  for (const float density : {0.0f, 0.1f, 0.2f, 0.9f}) {
    Vae vae(61);
    for (const std::int64_t batch : {1, 7, 64, 7}) {  // the step's memory follows the batch
      const at::Tensor x = pictures(batch, 61, density);
      RandomStream a(3, "latent/train", 9), b(3, "latent/train", 9);
      const at::Tensor loss = vae.encoder->loss(x, a);
      const auto expected = torch::autograd::grad({loss}, vae.tensors);
      const auto found = vae.encoder->gradients(x, b, vae.gradients);
      REQUIRE(found);
      INFO("density " << density << ", batch " << batch);
      CHECK(*found == Approx(loss.item<double>()).epsilon(1e-5));
      for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(vae.parameters.all()[i].first);
        const double scale = 1 + expected[i].abs().max().item<double>();
        CHECK((vae.gradients[i] - expected[i]).abs().max().item<double>() < 2e-5 * scale);
      }
    }
  }
}

namespace {

/// What an encoder tells, and in which order.
struct Told : GradientListener {
  std::mutex mutex;
  std::vector<double> sums;
  std::vector<std::pair<const float*, std::int64_t>> parts;

  void loss(double sum) override {
    CHECK(parts.empty());
    sums.push_back(sum);
  }
  void found(const float* first, std::int64_t count) override {
    const std::lock_guard lock(mutex);
    parts.emplace_back(first, count);
  }
};

}  // namespace

TEST_CASE("every number of a gradient is told once, after the loss") {
  Vae vae(200);
  const at::Tensor x = pictures(75, 200, 0.2f);
  RandomStream random(3, "latent/train", 9);
  Told told;
  auto& by_parts = dynamic_cast<GradientByParts&>(*vae.encoder);
  const auto sum = by_parts.gradients_by_parts(x, random, vae.gradients, told);
  REQUIRE(sum);
  CHECK(told.sums == std::vector<double>{*sum});
  std::sort(told.parts.begin(), told.parts.end());
  std::vector<std::pair<const float*, std::int64_t>> whole;  // parts that touch, put together
  for (const auto& [first, count] : told.parts) {
    if (!whole.empty() && whole.back().first + whole.back().second == first) {
      whole.back().second += count;
    } else {
      whole.emplace_back(first, count);
    }
  }
  std::int64_t numbers = 0;
  for (const auto& g : vae.gradients) {
    const float* const first = g.data_ptr<float>();
    const auto holds = [&](const auto& w) {
      return w.first <= first && first + g.numel() <= w.first + w.second;
    };
    CHECK(std::any_of(whole.begin(), whole.end(), holds));
    numbers += g.numel();
  }
  for (const auto& part : told.parts) numbers -= part.second;
  CHECK(numbers == 0);
}

TEST_CASE("a step has the same bits on any number of threads") {
  // Several shards, the last one not whole, and several blocks of pixels, some of them sparse.
  at::Tensor x = pictures(75, 200, 0.9f);
  x.narrow(1, 0, 96).mul_((pictures(75, 96, 0.1f) != 0).to(at::kFloat));
  const auto step = [&](int threads) {
    Vae vae(200);
    double loss = 0;
    graph::GraphPlan plan;
    plan.nodes.push_back({"step", "", {}, 1, false, [&](const graph::Message& m) {
                            RandomStream random(3, "latent/train", m.number());
                            loss += vae.encoder->gradients(x, random, vae.gradients).value();
                            return graph::Tensors{};
                          }});
    if (threads == 0) {
      graph::run_serial(plan, {0, 3});
    } else {
      graph::run_flow_graph(plan, {0, 3}, {threads});
    }
    return std::pair(loss, vae.gradients);
  };
  const auto [loss, gradients] = step(1);
  for (const int threads : {0, 2, 3, 3, 3}) {
    const auto [other_loss, others] = step(threads);
    INFO(threads << " threads");
    CHECK(other_loss == loss);
    for (std::size_t i = 0; i < gradients.size(); ++i) CHECK(others[i].equal(gradients[i]));
  }
}

TEST_CASE("encoding gives the code of the formula, on sparse and on dense pictures") {
  at::NoGradGuard no_grad;
  for (const float density : {0.1f, 0.9f}) {
    const Vae vae(61);
    const auto& p = vae.tensors;  // hidden, mean, log-variance: weight and bias each
    const at::Tensor x = pictures(300, 61, density), h = at::addmm(p[1], x, p[0]).relu();
    const Latent code = vae.encoder->encode(x);
    CHECK(code.mean.allclose(at::linear(h, p[2], p[3]), 1e-4, 1e-5));
    CHECK(code.log_variance.allclose(at::linear(h, p[4], p[5]), 1e-4, 1e-5));
  }
}

TEST_CASE("a pixel or a weight that is not a number shows in the loss") {
  Vae vae(61);
  at::Tensor x = pictures(4, 61, 0.2f);
  x[1][3] = std::numeric_limits<float>::quiet_NaN();
  RandomStream random(3, "latent/train", 9);
  const auto loss = vae.encoder->gradients(x, random, vae.gradients);
  REQUIRE(loss);
  CHECK(*loss != *loss);
}

TEST_CASE("the decoder gives the picture that the loss holds against the input") {
  const Vae vae(61);
  const at::Tensor x = pictures(7, 61, 0.4f);
  RandomStream random(3, "latent/train", 9), same(3, "latent/train", 9);
  const at::Tensor loss = vae.encoder->loss(x, random);
  const auto [mean, log_variance] = vae.encoder->encode(x);
  at::Tensor noise = at::empty(mean.sizes());
  same.normal(std::span(noise.data_ptr<float>(), static_cast<std::size_t>(noise.numel())));
  const auto& decoder = dynamic_cast<const Decoder&>(*vae.encoder);
  const at::Tensor p = decoder.decode(mean + (log_variance * 0.5).exp() * noise);
  REQUIRE(p.sizes() == x.sizes());
  const at::Tensor entropy = -(x * p.log() + (1 - x) * (1 - p).log()).sum();
  const at::Tensor kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum();
  CHECK((entropy + kl).item<double>() == Approx(loss.item<double>()).epsilon(1e-4));
  CHECK(decoder.prior_deviation().equal(at::ones({5})));
}
