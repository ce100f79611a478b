// SPDX-License-Identifier: MIT
#include <glia/sdk/decoder.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/recipe.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace {

struct Config {
  std::int64_t z_features = 20;
  bool whiten = false;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::z_features, "z_features")
        .range(1, 4096)
        .unit("cells")
        .doc("Principal components: the width of the row that the first astrocytes hear."),
    glia::field(&Config::whiten, "whiten")
        .doc("Whether every component is divided by its deviation over the training samples."));

/// Samples that are read at a time.
constexpr std::int64_t piece = 1000;

/// Calls use(x [count, features]) for the training samples, piece by piece.
template <class Use>
void each_piece(const glia::TrainingInputs& inputs, Use use) {
  for (std::int64_t first = 0; first < inputs.size(); first += piece) {
    use(inputs.read(first, std::min(piece, inputs.size() - first)));
  }
}

/// Principal component analysis (Pearson, 1901): the directions in which the training samples vary
/// most, found from their covariance, most first. z = (x - mean) components.
class Pca final : public glia::Encoder, public glia::WrittenDown, public glia::Decoder {
 public:
  explicit Pca(Config config) : config_(config) {}

  std::int64_t out_width(const glia::SampleSpec& in) const override {
    if (config_.z_features > in.features()) {
      throw glia::Error(glia::ErrorCode::shape,
                        "inputs of " + std::to_string(in.features()) + " numbers have no " +
                            std::to_string(config_.z_features) + " principal components",
                        "set z_features to " + std::to_string(in.features()) + " or less");
    }
    return config_.z_features;
  }

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    const auto zeros = glia::Init::zeros();
    mean_ = parameters.add_buffer("mean", {in.features()}, zeros);
    components_ = parameters.add_buffer("components", {in.features(), config_.z_features}, zeros);
    variance_ = parameters.add_buffer("variance", {config_.z_features}, zeros);
    if (config_.whiten) {
      deviation_ = parameters.add_buffer("deviation", {config_.z_features}, zeros);
    }
  }

  bool fitted() const override { return true; }

  void fit(const glia::TrainingInputs& inputs) override {
    const auto n = static_cast<double>(inputs.size());
    const std::int64_t width = mean_.size(0);
    at::Tensor sum = at::zeros({width}, at::kDouble);
    each_piece(inputs, [&](const at::Tensor& x) { sum += x.sum(0, false, at::kDouble); });
    mean_.copy_(sum / n);
    // About the mean, so that little is lost in numbers of 32 bits; added up in 64.
    at::Tensor covariance = at::zeros({width, width}, at::kDouble);
    each_piece(inputs, [&](const at::Tensor& x) {
      const at::Tensor about = x - mean_;
      covariance += about.t().mm(about).to(at::kDouble);
    });
    take(covariance / n);
  }

  glia::Latent encode(const at::Tensor& inputs) const override {
    const at::Tensor code = (inputs - mean_).mm(components_);
    return {config_.whiten ? code / deviation_ : code, {}};
  }

  glia::Recipe recipe() const override {
    using Op = glia::RowStep::Op;
    glia::Recipe steps{{Op::subtract, "mean"}, {Op::multiply, "components"}};
    if (config_.whiten) steps.push_back({Op::divide, "deviation"});
    return steps;
  }

  at::Tensor decode(const at::Tensor& latents) const override {
    return (config_.whiten ? latents * deviation_ : latents).mm(components_.t()) + mean_;
  }
  /// Normal with the variances of the training samples: probabilistic principal components without
  /// their noise (Tipping and Bishop, 1999).
  at::Tensor prior_deviation() const override {
    return config_.whiten ? at::ones_like(variance_) : variance_.sqrt();
  }

 private:
  /// What is divided by at least: a component of samples that are all alike is 0.
  static constexpr double least_variance = 1e-12;

  /// Eigenvectors of the covariance, from the greatest eigenvalue on. Their signs are free: the
  /// number that is farthest from 0 is made positive, so that equal samples give equal codes.
  void take(const at::Tensor& covariance) {
    const auto [values, vectors] = at::linalg_eigh(covariance);  // ascending
    const at::Tensor top = vectors.flip({1}).narrow(1, 0, config_.z_features);
    const at::Tensor farthest = top.gather(0, top.abs().argmax(0, true));
    components_.copy_(top * farthest.sign());
    variance_.copy_(values.flip({0}).narrow(0, 0, config_.z_features).clamp_min(0));
    if (config_.whiten) deviation_.copy_(variance_.clamp_min(least_variance).sqrt());
  }

  Config config_;
  at::Tensor mean_, components_, variance_, deviation_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<Pca>("pca", schema,
                                        "Principal components of the training samples; nothing is "
                                        "trained."))
