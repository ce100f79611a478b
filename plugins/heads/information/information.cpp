// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// One cell per class, measured by what is known of the class: log2 of the number of classes, plus
/// log2 of the probability that the right one is given. Its mean is at most what the row and the
/// class have in common (mutual information), if all classes are alike frequent (Barber & Agakov,
/// "The IM algorithm: a variational approach to information maximization", NIPS 2003).
class Information final : public glia::Head {
 public:
  explicit Information(Config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0) {
      throw glia::Error(glia::ErrorCode::shape,
                        "information is about labels, but the data set has real-valued targets");
    }
    if (in == data.classes) return;
    const std::string classes = std::to_string(data.classes);
    throw glia::Error(glia::ErrorCode::shape,
                      "information on " + classes + " classes reads a row of " + classes +
                          " cells, but hears " + std::to_string(in),
                      "end the network with { wave = \"linear\", width = " + classes + " }");
  }

  at::Tensor forward(const at::Tensor& row) const override { return at::log_softmax(row, 1); }

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets);
  }

  glia::FusedLoss fused_loss() const override { return glia::FusedLoss::cross_entropy; }

  std::vector<glia::Metric> metrics() const override {
    return {{.name = "information", .higher_is_better = true, .unit = "bit"},
            {.name = "accuracy", .higher_is_better = true, .unit = "share"}};
  }

  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    const at::Tensor given = output.gather(1, targets.unsqueeze(1)).squeeze(1);
    return given / std::log(2.0) + std::log2(static_cast<double>(output.size(1)));
  }

  at::Tensor measure(const at::Tensor& output, const at::Tensor& targets) const override {
    const at::Tensor right = predict(output).eq(targets).to(output.scalar_type());
    return at::stack({score(output, targets), right}, 1);
  }

  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<Information>("information", schema,
                                             "Names the class, and is measured in bits: what is "
                                             "known of it."))
