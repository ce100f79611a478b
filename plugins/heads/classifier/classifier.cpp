// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <torch/types.h>

#include <string>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// One cell per class: log-softmax over the last row, negative log-likelihood, accuracy.
class Classifier final : public glia::Head {
 public:
  explicit Classifier(Config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0) {
      throw glia::Error(glia::ErrorCode::shape,
                        "a classifier needs labels, but the data set has real-valued targets",
                        "labels are whole numbers from 0: save TARGETS.astype('int64'), of one-hot "
                        "rows TARGETS.argmax(axis=1); for values use the head 'regression'");
    }
    if (in < data.classes) {
      const std::string classes = std::to_string(data.classes);
      throw glia::Error(glia::ErrorCode::shape,
                        "the row is too narrow: a classifier of " + classes + " classes reads " +
                            classes + " cells, one for each, but hears " + std::to_string(in),
                        "end the network with narrow_to = " + classes +
                            "; a row that gathers down to it starts with at least " +
                            std::to_string(data.classes + 2) + " cells");
    }
    if (in != data.classes) {
      throw glia::Error(glia::ErrorCode::shape,
                        "a classifier of " + std::to_string(data.classes) +
                            " classes reads a row of " + std::to_string(data.classes) +
                            " cells, but hears " + std::to_string(in),
                        "end the network with narrow_to = " + std::to_string(data.classes));
    }
  }

  at::Tensor forward(const at::Tensor& row) const override { return at::log_softmax(row, 1); }

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets);
  }

  glia::FusedLoss fused_loss() const override { return glia::FusedLoss::cross_entropy; }

  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return output.argmax(1).eq(targets).to(output.scalar_type());
  }

  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<Classifier>("classifier", schema,
                                            "Names the class: log-softmax over the last row, "
                                            "negative log-likelihood."))
