// SPDX-License-Identifier: MIT
// A classifier of classes that have an order: how far an answer is from the label counts.
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

class Graded final : public glia::Head {
 public:
  explicit Graded(Config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0 || in != data.classes) {
      throw glia::Error(glia::ErrorCode::shape, "a graded head needs one cell per class");
    }
  }

  at::Tensor forward(const at::Tensor& row) const override { return at::log_softmax(row, 1); }
  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets);
  }
  glia::FusedLoss fused_loss() const override { return glia::FusedLoss::cross_entropy; }

  std::vector<glia::Metric> metrics() const override {
    return {{"distance", false, "classes"}, {"near", true, "share"}};
  }
  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return (output.argmax(1) - targets).abs().to(output.scalar_type());
  }
  at::Tensor measure(const at::Tensor& output, const at::Tensor& targets) const override {
    const at::Tensor distance = score(output, targets);
    return at::stack({distance, distance.le(1).to(output.scalar_type())}, 1);
  }
  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<Graded>("graded", schema, "Names the class; near misses count."))
