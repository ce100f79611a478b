// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "published_network.hpp"
#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"

#include <glia/sdk/head.hpp>

#include <torch/csrc/autograd/autograd.h>

using namespace glia;
using golden::difference;
using golden::tensor;

TEST_CASE("slide, spread and gather compute the published outputs and gradients") {
  const auto cases = golden::read("layers.json");
  REQUIRE(cases.size() == 30);
  for (const auto& c : cases) {
    const std::string kind = c["kind"];
    const std::int64_t in = c["in_features"];
    const bool bias = c["bias"];
    INFO(kind << " of " << in << (bias ? " with bias" : " without bias"));
    const auto layer = golden::layer(kind, bias);
    REQUIRE(layer->out_width(in) == c["out_features"].get<std::int64_t>());
    const at::Tensor taps = golden::tap_positions(*layer, in);
    ParameterSet parameters(1, "golden", at::kDouble);
    const wave::Network network(in, {{kind, layer, {}}}, parameters);
    REQUIRE(parameters.all().size() == (bias ? 2 : 1));
    at::Tensor weight = parameters.all()[0].second;
    {
      at::NoGradGuard no_grad;
      weight.copy_(tensor(c["weight"]).flatten().index_select(0, taps));
      if (bias) parameters.all()[1].second.copy_(tensor(c["bias_value"]));
    }
    at::Tensor x = tensor(c["input"]).requires_grad_(true);
    ForwardContext context;
    const at::Tensor y = network.forward(x, context);
    CHECK(difference(y, tensor(c["output"])) < 1e-9);

    std::vector<at::Tensor> inputs = {x, weight};
    if (bias) inputs.push_back(parameters.all()[1].second);
    const auto gradients = torch::autograd::grad({y}, inputs, {tensor(c["output_grad"])});
    CHECK(difference(gradients[0], tensor(c["input_grad"])) < 1e-9);
    const at::Tensor weight_grad = tensor(c["weight_grad"]).flatten();
    CHECK(difference(gradients[1], weight_grad.index_select(0, taps)) < 1e-9);
    // Nothing but the taps takes part.
    CHECK(difference(weight_grad.abs().sum(), weight_grad.index_select(0, taps).abs().sum()) <
          1e-12);
    if (bias) CHECK(difference(gradients[2], tensor(c["bias_grad"])) < 1e-9);
  }
}

TEST_CASE("the astrocyte perceptron takes the published training steps") {
  const auto cases = golden::read("perceptron.json");
  REQUIRE(cases.size() == 4);
  for (const auto& c : cases) {
    const std::int64_t z = c["z_features"];
    INFO(z << " latent features");
    std::vector<wave::NetworkStep> steps;
    std::vector<at::Tensor> taps;
    const auto add = [&](const char* kind, std::int64_t in) {
      steps.push_back({kind, golden::layer(kind), {}});
      taps.push_back(golden::tap_positions(*steps.back().layer, in));
    };
    for (std::int64_t s = z; s >= 12; s -= 2) {
      add("gather", s);
      add("slide", s - 2);
      if (s > 12) steps.push_back({"softmax", nullptr, FusedActivation::softmax});
    }
    ParameterSet parameters(1, "golden", at::kDouble);
    const wave::Network network(z, steps, parameters);
    REQUIRE(parameters.all().size() == 2 * c["params_before"].size());
    const auto each = [&](const char* when, auto visit) {
      for (std::size_t i = 0; i < c[when].size(); ++i) {
        visit(parameters.all()[2 * i].second,
              tensor(c[when][i]["weight"]).flatten().index_select(0, taps[i]));
        visit(parameters.all()[2 * i + 1].second, tensor(c[when][i]["bias"]));
      }
    };
    {
      at::NoGradGuard no_grad;
      each("params_before", [](at::Tensor p, const at::Tensor& value) { p.copy_(value); });
    }
    const auto& catalog = plugin::load_plugins({});
    const auto head = catalog.find(PluginKind::head, "classifier")->descriptor->make_head({});
    const at::Tensor x = tensor(c["input"]), target = tensor(c["target"]).to(at::kLong);
    ForwardContext context;
    CHECK(difference(head->forward(network.forward(x, context)), tensor(c["log_probs"])) < 1e-8);

    const train::FlatParameters flat(parameters);
    const auto adam = train::make_optimizer({}, flat.values());
    REQUIRE(c["losses_5_steps"].size() == 5);
    for (const double expected : c["losses_5_steps"]) {
      const at::Tensor loss = head->loss(head->forward(network.forward(x, context)), target);
      CHECK(loss.item<double>() == Approx(expected).margin(1e-8));
      flat.differentiate(loss);
      adam->step(c["lr"].get<double>(), flat.gradient(), flat.values());
    }
    each("params_after_5_steps",
         [](const at::Tensor& p, const at::Tensor& value) { CHECK(difference(p, value) < 1e-8); });
  }
}
