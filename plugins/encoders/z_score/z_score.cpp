// SPDX-License-Identifier: MIT
#include <glia/sdk/decoder.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/recipe.hpp>

#include <ATen/ATen.h>

#include <algorithm>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// Samples that are read at a time.
constexpr std::int64_t piece = 1000;

/// Calls use(x [count, features] in double) for the training samples, piece by piece.
template <class Use>
void each_piece(const glia::TrainingInputs& inputs, Use use) {
  for (std::int64_t first = 0; first < inputs.size(); first += piece) {
    use(inputs.read(first, std::min(piece, inputs.size() - first)).to(at::kDouble));
  }
}

/// Every number about its mean over the training samples, in units of its deviation there: columns of
/// a table in different units weigh alike. One that never varies becomes 0.
class ZScore final : public glia::Encoder, public glia::WrittenDown, public glia::Decoder {
 public:
  explicit ZScore(const Config&) {}

  std::int64_t out_width(const glia::SampleSpec& in) const override { return in.features(); }

  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    mean_ = parameters.add_buffer("mean", {in.features()}, glia::Init::zeros());
    deviation_ = parameters.add_buffer("deviation", {in.features()}, glia::Init::constant(1));
  }

  bool fitted() const override { return true; }

  void fit(const glia::TrainingInputs& inputs) override {
    const auto n = static_cast<double>(inputs.size());
    at::Tensor sum = at::zeros({mean_.size(0)}, at::kDouble);
    each_piece(inputs, [&](const at::Tensor& x) { sum += x.sum(0); });
    const at::Tensor mean = sum / n;
    at::Tensor squares = at::zeros_like(mean);
    each_piece(inputs, [&](const at::Tensor& x) { squares += (x - mean).square().sum(0); });
    const at::Tensor deviation = (squares / n).sqrt();
    mean_.copy_(mean);
    deviation_.copy_(
        at::where(deviation > least_share * mean.abs(), deviation, at::ones_like(deviation)));
  }

  glia::Latent encode(const at::Tensor& inputs) const override {
    return {(inputs - mean_) / deviation_, {}};
  }

  glia::Recipe recipe() const override {
    using Op = glia::RowStep::Op;
    return {{Op::subtract, "mean"}, {Op::divide, "deviation"}};
  }

  at::Tensor decode(const at::Tensor& latents) const override {
    return latents * deviation_ + mean_;
  }
  at::Tensor prior_deviation() const override { return at::ones_like(mean_); }

 private:
  /// Of its mean: numbers of 32 bits that are all alike differ by less from the mean of their sum.
  static constexpr double least_share = 1e-7;

  at::Tensor mean_, deviation_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::encoder<ZScore>("z_score", schema,
                                           "Every number about its mean over the training samples, "
                                           "in units of its deviation; nothing is trained."))
