// SPDX-License-Identifier: MIT
// The same training written the way plain LibTorch programs write it.
#include "limits.hpp"
#include "networks.hpp"
#include "wave/row_ops.hpp"

#include <ATen/ATen.h>
#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>

#include <optional>

namespace bench {

using namespace glia;

namespace {

/// One wave layer: weights as a masked dense matrix [m, n], or as [m, 3] beside the cells heard.
struct Layer {
  PeerStyle style;
  bool compounding;
  torch::Tensor weight, bias, mask, exponents, heard;

  Layer(const Stencil& s, Bias kind, PeerStyle style)
      : style(style), compounding(kind == Bias::compounding) {
    const auto option = torch::TensorOptions().dtype(torch::kFloat);
    mask = torch::zeros({s.out, s.in}, option);
    exponents = torch::zeros({s.out, s.in}, option);
    heard = torch::zeros({s.out, 3}, torch::kLong);
    torch::Tensor present = torch::zeros({s.out, 3}, option);
    torch::Tensor powers = torch::zeros({s.out, 3}, option);
    for (std::int64_t j = 0; j < s.out; ++j) {
      const auto begin = s.first[static_cast<std::size_t>(j)];
      const auto end = s.first[static_cast<std::size_t>(j) + 1];
      for (auto t = begin; t < end; ++t) {
        const std::int64_t k = s.taps[static_cast<std::size_t>(t)];
        mask[j][k] = 1;
        exponents[j][k] = end - t;
        heard[j][t - begin] = k;
        present[j][t - begin] = 1;
        powers[j][t - begin] = end - t;
      }
    }
    if (style == PeerStyle::gather_index) {
      mask = present;
      exponents = powers;
    }
    weight = (torch::rand(mask.sizes(), option) - 0.5).requires_grad_(true);
    bias = (0.1 * torch::rand({s.out}, option)).requires_grad_(kind != Bias::none);
  }

  torch::Tensor forward(const torch::Tensor& x) const {
    torch::Tensor w = weight * mask;
    if (compounding) w = w * torch::pow((1 + bias).unsqueeze(1), exponents);
    torch::Tensor y;
    if (style == PeerStyle::masked_dense) {
      y = torch::mm(x, w.t());
    } else {
      y = (x.index_select(1, heard.flatten()).view({x.size(0), -1, 3}) * w).sum(2);
    }
    return compounding || !bias.requires_grad() ? y : y + bias;
  }
};

}  // namespace

double peer_seconds(const NetworkUnderTest& network, const Latents& latents, PeerStyle style,
                    int batches) {
  struct Step {
    std::unique_ptr<Layer> layer{};
    FusedActivation activation = FusedActivation::identity;
    std::optional<std::size_t> skip_from{};
  };
  std::vector<Step> steps;
  std::vector<torch::Tensor> parameters;
  std::int64_t width = network.in;
  for (const auto& step : network.steps) {
    if (!step.layer) {
      steps.push_back({.activation = step.activation.kernel, .skip_from = step.skip_from});
      continue;
    }
    const auto& layer = static_cast<const StencilLayer&>(*step.layer);
    const Stencil s = layer.stencil(width);
    width = s.out;
    steps.push_back({.layer = std::make_unique<Layer>(s, layer.bias(), style)});
    parameters.push_back(steps.back().layer->weight);
    if (layer.bias() != Bias::none) parameters.push_back(steps.back().layer->bias);
  }
  torch::optim::Adam adam(parameters, torch::optim::AdamOptions(4e-3));
  return fastest(1, [&] {
    const torch::Tensor order = torch::randperm(latents.mean.size(0));
    for (int b = 0; b < batches; ++b) {
      const torch::Tensor chosen = order.narrow(0, b * 128 % (60000 - 128), 128);
      torch::Tensor x = latents.mean.index_select(0, chosen);
      x = x + latents.deviation.index_select(0, chosen) * torch::randn_like(x);
      std::vector<torch::Tensor> rows;  // that each step hears, for skips
      for (const auto& [layer, activation, skip_from] : steps) {
        rows.push_back(x);
        x = layer                                    ? layer->forward(x)
            : skip_from                              ? wave::add_skip(x, rows[*skip_from])
            : activation == FusedActivation::softmax ? torch::softmax(x, 1)
                                                     : torch::elu(x);
      }
      const torch::Tensor loss =
          torch::nll_loss(torch::log_softmax(x, 1), latents.labels.index_select(0, chosen));
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
  });
}

}  // namespace bench
