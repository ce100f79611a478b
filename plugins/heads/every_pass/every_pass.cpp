// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/pass_readout.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <string>

namespace {

struct Config {
  std::int64_t passes = 1;
  std::int64_t classes = 2;
  double power = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::passes, "passes")
        .required()
        .range(1, 1e5)
        .doc("Rows of the sheet that it hears: as many as the network in time has steps, with "
             "readout = \"every\"."),
    glia::field(&Config::classes, "classes")
        .required()
        .range(1, 1e5)
        .doc("Neurons that read each state: as many as the data set has classes."),
    glia::field(&Config::power, "power")
        .range(0, 1000)
        .doc("Pass t counts as t to this power, as a share of all passes: 0, all alike; the "
             "greater, the more the last ones."));

/// The class after every pass of a network in time: the same neurons, one for each class, read the
/// state after each pass, and each answer has its loss. [B, passes * n] -> [B, classes]: the mean of
/// the passes' log-probabilities, so that its negative log-likelihood is the mean of theirs.
class EveryPass final : public glia::Head, public glia::PassReadout {
 public:
  explicit EveryPass(Config config) : config_(config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0) {
      throw glia::Error(glia::ErrorCode::shape,
                        "every_pass needs labels, but the data set has real-valued targets");
    }
    if (data.classes != config_.classes) {
      throw glia::Error(glia::ErrorCode::shape,
                        "every_pass has classes = " + std::to_string(config_.classes) +
                            ", but the data set has " + std::to_string(data.classes),
                        "set classes = " + std::to_string(data.classes));
    }
    if (in % config_.passes == 0) return;
    throw glia::Error(glia::ErrorCode::shape,
                      "a row of " + std::to_string(in) + " cells cannot be the states of " +
                          std::to_string(config_.passes) + " passes",
                      "give 'passes' the steps of the network that it hears, and let that have "
                      "readout = \"every\"");
  }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    const std::int64_t cells = in / config_.passes;
    const auto start = glia::Init::uniform(1 / std::sqrt(static_cast<double>(cells)));
    weight_ = parameters.add("weight", {config_.classes, cells}, start);
    bias_ = parameters.add("bias", {config_.classes}, glia::Init::zeros());
  }

  at::Tensor forward(const at::Tensor& row) const override {
    const at::Tensor states =
        row.reshape({row.size(0), config_.passes, row.size(1) / config_.passes});
    const at::Tensor logs = at::log_softmax(at::matmul(states, weight_.t()) + bias_, 2);
    const at::Tensor shares = at::tensor(reading().shares, row.options());
    return (logs * shares.unsqueeze(1)).sum(1);
  }

  glia::PassReading reading() const override {
    glia::PassReading reading{config_.classes, {}};
    double sum = 0;
    for (std::int64_t t = 1; t <= config_.passes; ++t) {
      const double late = static_cast<double>(t) / static_cast<double>(config_.passes);
      sum += reading.shares.emplace_back(std::pow(late, config_.power));
    }
    for (double& share : reading.shares) share /= sum;
    return reading;
  }

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets);
  }

  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return output.argmax(1).eq(targets).to(output.scalar_type());
  }

  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }

 private:
  Config config_;
  at::Tensor weight_, bias_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<EveryPass>("every_pass", schema,
                                           "Names the class after every pass of a network in time: "
                                           "a loss per pass."))
