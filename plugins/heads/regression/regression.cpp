// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>

#include <string>

namespace {

struct Config {
  double tolerance = 0.01;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::tolerance, "tolerance")
        .at_least(0)
        .doc("A sample counts as right when every value lies closer to its target than this."));

/// One cell per value: mean squared error; the score is the share of samples within the tolerance.
class Regression final : public glia::Head {
 public:
  explicit Regression(Config config) : config_(config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes > 0) {
      throw glia::Error(glia::ErrorCode::shape,
                        "a regression needs real-valued targets, but the data set has " +
                            std::to_string(data.classes) + " classes",
                        "use the head 'classifier'");
    }
    if (in != data.target_width) {
      const std::string want = std::to_string(data.target_width);
      throw glia::Error(glia::ErrorCode::shape,
                        "a regression of " + want + (want == "1" ? " value" : " values") +
                            " reads a row of as many cells, but hears " + std::to_string(in),
                        "end the network with narrow_to = " + want);
    }
  }

  at::Tensor forward(const at::Tensor& row) const override { return row; }

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::mse_loss(output, targets);
  }

  glia::FusedLoss fused_loss() const override { return glia::FusedLoss::squared_error; }

  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return (output - targets).abs().lt(config_.tolerance).all(1).to(output.scalar_type());
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<Regression>("regression", schema,
                                            "Gives values: mean squared error, scored by the share "
                                            "of samples within a tolerance."))
