// SPDX-License-Identifier: MIT
// An encoder that multiplies every feature by a number of its own, and works out its gradient by hand.
#pragma once

#include "bad.hpp"

#include <glia/sdk/encoder.hpp>

#include <optional>
#include <vector>

namespace bad {

class Scale : public glia::Encoder {
 public:
  explicit Scale(Config) {}

  std::int64_t out_width(const glia::SampleSpec& in) const override { return in.features(); }
  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    scale_ = parameters.add("scale", {in.features()}, glia::Init::normal(1));
  }
  bool trainable() const override { return true; }
  glia::Latent encode(const at::Tensor& inputs) const override { return {inputs * scale_, {}}; }

  /// The squared distance of the code from 1.
  at::Tensor loss(const at::Tensor& inputs, glia::RandomStream&) const override {
    return (inputs * scale_ - 1).square().sum();
  }
  std::optional<double> gradients(const at::Tensor& inputs, glia::RandomStream& random,
                                  const std::vector<at::Tensor>& gradients) override {
    at::NoGradGuard no_grad;
    gradients[0].copy_(2 * ((inputs * scale_ - 1) * inputs).sum(0));
    return loss(inputs, random).item<double>();
  }

 private:
  at::Tensor scale_;
};

}  // namespace bad
