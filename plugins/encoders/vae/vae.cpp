// SPDX-License-Identifier: MIT
#include "training_step.hpp"

#include <glia/sdk/any_device.hpp>
#include <glia/sdk/decoder.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/gradient_parts.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/recipe.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Config {
  std::int64_t z_features = 20;
  std::int64_t hidden = 400;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::z_features, "z_features")
        .range(1, 1'000'000)
        .unit("cells")
        .doc("Latent features: the width of the row that the first astrocytes hear."),
    glia::field(&Config::hidden, "hidden")
        .range(1, 1'000'000)
        .unit("neurons")
        .doc("Width of the hidden layer of encoder and decoder."));

/// A dense layer; weights and biases start uniform within 1/sqrt(fan-in).
struct Dense {
  at::Tensor weight, bias;

  Dense() = default;
  Dense(const std::string& name, std::int64_t in, std::int64_t out, glia::ParameterSet& p) {
    const auto init = glia::Init::uniform(1 / std::sqrt(static_cast<double>(in)));
    weight = p.add(name + ".weight", {out, in}, init);
    bias = p.add(name + ".bias", {out}, init);
  }
  at::Tensor operator()(const at::Tensor& x) const { return at::linear(x, weight, bias); }
};

/// The first layer, weights by input pixel: most pixels are zero, and only the rows of the others
/// are needed. Starts as Dense does.
struct PixelLayer {
  at::Tensor weight, bias;

  PixelLayer() = default;
  PixelLayer(const std::string& name, std::int64_t in, std::int64_t out, glia::ParameterSet& p) {
    const auto init = glia::Init::uniform(1 / std::sqrt(static_cast<double>(in)));
    weight = p.add(name + ".weight", {in, out}, init);
    bias = p.add(name + ".bias", {out}, init);
  }
  at::Tensor operator()(const at::Tensor& x) const { return at::addmm(bias, x, weight); }
};

/// Variational autoencoder n-hidden-(z, z)-hidden-n with ReLU and a sigmoid output (Kingma &
/// Welling, 2014). Inputs in [0,1], n features each.
class Vae final : public glia::Encoder,
                  public glia::GradientByParts,
                  public glia::WrittenDown,
                  public glia::OnAnyDevice,
                  public glia::Decoder {
 public:
  explicit Vae(Config config) : config_(config) {}

  std::int64_t out_width(const glia::SampleSpec&) const override { return config_.z_features; }

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const std::int64_t n = in.features(), h = config_.hidden, z = config_.z_features;
    hidden_ = PixelLayer("encoder.hidden", n, h, parameters);
    mean_ = Dense("encoder.mean", h, z, parameters);
    log_variance_ = Dense("encoder.log_variance", h, z, parameters);
    decode_hidden_ = Dense("decoder.hidden", z, h, parameters);
    logits_ = Dense("decoder.logits", h, n, parameters);
    for (const auto& [name, p] : parameters.all()) all_.push_back(p);
  }

  bool trainable() const override { return true; }

  /// The reconstruction's cross-entropy has no lower bound elsewhere.
  std::optional<glia::InputRange> input_range() const override { return glia::InputRange{0, 1}; }

  glia::Latent encode(const at::Tensor& inputs) const override {
    // One way whatever the caller's grad mode is: `loss` is what is differentiated.
    if (inputs.requires_grad() || inputs.scalar_type() != at::kFloat) return code(inputs);
    at::NoGradGuard no_grad;
    glia::Latent latent{at::empty({inputs.size(0), config_.z_features}), {}};
    latent.log_variance = at::empty_like(latent.mean);
    vae::encode(vae::Tensors::from(all_), inputs, latent.mean, latent.log_variance);
    return latent;
  }

  /// Binary cross-entropy of the reconstruction, plus KL = -1/2 sum(1 + v - m^2 - exp v) of the
  /// code from the standard normal, both summed over pixels, features and samples.
  at::Tensor loss(const at::Tensor& inputs, glia::RandomStream& random) const override {
    const auto [mean, log_variance] = code(inputs);
    const at::Tensor noise = glia::normal_like(mean, random);
    const at::Tensor z = mean + (log_variance * 0.5).exp() * noise;
    const at::Tensor logits = logits_(decode_hidden_(z).relu());
    // -x log s(l) - (1-x) log(1 - s(l)) = softplus(l) - x l, without overflow.
    const at::Tensor reconstruction = at::softplus(logits).sum() - (inputs * logits).sum();
    const at::Tensor kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum();
    return reconstruction + kl;
  }

  std::optional<double> gradients(const at::Tensor& inputs, glia::RandomStream& random,
                                  const std::vector<at::Tensor>& gradients) override {
    return step(inputs, random, gradients, nullptr);
  }

  std::optional<double> gradients_by_parts(const at::Tensor& inputs, glia::RandomStream& random,
                                           const std::vector<at::Tensor>& gradients,
                                           glia::GradientListener& listener) override {
    return step(inputs, random, gradients, &listener);
  }

  glia::Recipe recipe() const override {
    using Op = glia::RowStep::Op;
    return {{Op::multiply, "encoder.hidden.weight"},
            {Op::add, "encoder.hidden.bias"},
            {Op::relu},
            {Op::multiply_transposed, "encoder.mean.weight"},
            {Op::add, "encoder.mean.bias"}};
  }

  at::Tensor decode(const at::Tensor& latents) const override {
    return logits_(decode_hidden_(latents).relu()).sigmoid();
  }
  /// The code is held against the standard normal.
  at::Tensor prior_deviation() const override { return at::ones({config_.z_features}); }

 private:
  std::optional<double> step(const at::Tensor& inputs, glia::RandomStream& random,
                             const std::vector<at::Tensor>& gradients,
                             glia::GradientListener* listener) {
    if (inputs.scalar_type() != at::kFloat) return std::nullopt;
    at::NoGradGuard no_grad;
    return step_.run(vae::Tensors::from(all_), inputs, random, vae::Tensors::from(gradients),
                     listener);
  }

  /// The code by LibTorch's own operations, which autograd follows.
  glia::Latent code(const at::Tensor& inputs) const {
    const at::Tensor h = hidden_(inputs).relu();
    return {mean_(h), log_variance_(h)};
  }

  Config config_;
  PixelLayer hidden_;
  std::vector<at::Tensor> all_;  // in the order of the parameters
  vae::TrainingStep step_;
  Dense mean_, log_variance_, decode_hidden_, logits_;
};

}  // namespace

GLIA_PLUGIN("1.1.0",
            glia::encoder<Vae>("vae", schema,
                               "Variational autoencoder; its latent features are the input row."))
