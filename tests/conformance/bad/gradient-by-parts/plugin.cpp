// SPDX-License-Identifier: MIT
// Tells of the first half of its gradient only, whose parameters alone would learn.
#include "../bad.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/gradient_parts.hpp>

namespace {

class Bad final : public glia::Encoder, public glia::GradientByParts {
 public:
  explicit Bad(bad::Config) {}

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
  std::optional<double> gradients_by_parts(const at::Tensor& inputs, glia::RandomStream& random,
                                           const std::vector<at::Tensor>& gradients,
                                           glia::GradientListener& listener) override {
    const auto sum = this->gradients(inputs, random, gradients);
    listener.loss(*sum);
    listener.found(gradients[0].data_ptr<float>(), gradients[0].numel() / 2);
    return sum;
  }

 private:
  at::Tensor scale_;
};

}  // namespace

BAD_PLUGIN(glia::encoder<Bad>("bad", bad::schema, "An encoder with one fault."))
