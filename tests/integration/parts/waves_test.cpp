// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/parameters.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

/// A single neuron with weight 1 and this bias, and its astrocyte: three answers of one sign count,
/// weights stay changed for four, or for two.
double followed(const std::string& weights, double x, double bias, int iterations, int lasts) {
  double factor = 1, answer = 0;
  int count = 0, left = 0;
  for (int i = 1; i <= iterations; ++i) {
    answer = std::tanh((weights == "incoming" ? factor : 1) * x + bias);
    if (weights == "outgoing" && i == iterations) answer *= factor;
    count += answer > 0 ? 1 : -1;
    if (left > 0) --left;
    if (left == 0) factor = 1;
    if (std::abs(count) < 3) continue;
    factor = count > 0 ? 1.25 : 0.5;
    left = lasts;
  }
  return answer;
}

}  // namespace

TEST_CASE("astrocytes of a tripartite row change the weights of neurons that are often active") {
  const std::vector<double> heard{0.5, -0.5, -0.31, 2.0, -0.6};
  for (const std::string weights : {"none", "incoming", "outgoing"}) {
    for (const std::int64_t lasts : {4, 2}) {
      for (const std::int64_t iterations : {1, 3, 4, 6, 30}) {
        INFO(weights << ", for " << lasts << ", " << iterations << " iterations");
        const auto layer = std::static_pointer_cast<glia::WaveLayer>(std::shared_ptr<glia::Layer>(
            parts::descriptor(glia::PluginKind::wave_layer, "tripartite")
                .make_wave_layer({{"width", std::int64_t{1}},
                                  {"weights", weights},
                                  {"iterations", iterations},
                                  {"lasts", lasts}})));
        glia::ParameterSet parameters(1, "row", at::kDouble);
        layer->build(1, parameters);
        const at::Tensor weight = parameters.all().at(0).second,
                         bias = parameters.all().at(1).second;
        {
          at::NoGradGuard no_grad;
          weight.fill_(1), bias.fill_(0.3);
        }
        glia::ForwardContext context;
        const at::Tensor x = at::tensor(heard, at::kDouble).unsqueeze(1);
        const at::Tensor made = layer->forward(x, context);
        for (std::size_t i = 0; i < heard.size(); ++i) {
          CHECK(made[static_cast<std::int64_t>(i)].item<double>() ==
                Approx(followed(weights, heard[i], 0.3, static_cast<int>(iterations),
                                static_cast<int>(lasts))));
        }
        made.sum().backward();
        CHECK(weight.grad().abs().max().item<double>() > 0);
      }
    }
  }
}
