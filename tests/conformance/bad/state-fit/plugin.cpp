// SPDX-License-Identifier: MIT
// Says that it is fitted, and forgets what it has seen.
#include "../bad.hpp"

#include <glia/sdk/encoder.hpp>

namespace {

class Bad final : public glia::Encoder {
 public:
  explicit Bad(bad::Config) {}

  std::int64_t out_width(const glia::SampleSpec& in) const override { return in.features(); }
  void build(const glia::SampleSpec& in, glia::ParameterSet& parameters) override {
    mean_ = parameters.add_buffer("mean", {in.features()}, glia::Init::zeros());
  }
  bool fitted() const override { return true; }
  void fit(const glia::TrainingInputs& inputs) override { inputs.all().mean(0); }
  glia::Latent encode(const at::Tensor& inputs) const override { return {inputs - mean_, {}}; }

 private:
  at::Tensor mean_;
};

}  // namespace

BAD_PLUGIN(glia::encoder<Bad>("bad", bad::schema, "An encoder with one fault."))
