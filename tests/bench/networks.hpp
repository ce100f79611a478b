// SPDX-License-Identifier: MIT
// The networks that are measured, for the engine and in plain LibTorch.
#pragma once

#include "wave/network.hpp"

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct NetworkUnderTest {
  std::string name;
  std::int64_t in = 20, out = 10;
  std::vector<glia::wave::NetworkStep> steps;

  /// Multiply-adds of a forward pass, and numbers that its activations take the exponential of,
  /// per sample.
  std::int64_t taps() const;
  std::int64_t exponentials() const;
};

/// The published perceptron: 20 cells to 10, rings, compounding bias, row softmax.
NetworkUnderTest published();
/// The talk's network: 20 to 30 to 10, open ends, additive bias, ELU; or another activation.
NetworkUnderTest talk();
NetworkUnderTest talk(const char* name, const glia::wave::ActivationOp& activation);
/// The matrix of pipelines/best/large.toml: 20 to 26 to 12 to 10, four waves between ELUs, skips.
NetworkUnderTest best_large();
/// `rows` slides over `width` cells with ELU between them.
NetworkUnderTest stack(std::int64_t rows, std::int64_t width);
/// Neurons 20-128-10 with ReLU as `glia compile` turns them into a matrix.
NetworkUnderTest compiled(bool strict);

/// Mean, deviation and label of 60,000 made-up samples.
struct Latents {
  at::Tensor mean, deviation, labels;
};
Latents make_latents(std::int64_t width, std::int64_t classes);

/// How plain LibTorch programs write a wave layer.
enum class PeerStyle { masked_dense, gather_index };

/// Seconds of `batches` training steps of 128 samples in plain LibTorch: sampling, autograd,
/// torch::optim::Adam.
double peer_seconds(const NetworkUnderTest& network, const Latents& latents, PeerStyle style,
                    int batches);

}  // namespace bench
