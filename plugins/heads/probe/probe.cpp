// SPDX-License-Identifier: MIT
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>

#include <string>
#include <utility>
#include <vector>

namespace {

struct Config {
  std::string metric = "mean";
  std::string unit;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::metric, "metric")
        .doc("What the number is called: lower-case letters, digits, underscores."),
    glia::field(&Config::unit, "unit").doc("Its unit; left out, it is a pure number."),
    glia::rule<Config>([](const Config& c) -> const char* {
      constexpr const char* letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
      if (c.metric.empty() || c.metric.find_first_not_of(letters) != std::string::npos) {
        return "metric is a name of lower-case letters, digits and underscores";
      }
      if (c.metric == "accuracy" || c.metric == "loss") {
        return "metric is taken: a probe measures neither right answers nor a loss";
      }
      return nullptr;
    }));

/// Measures what a network leaves, as it starts: the mean over cells and samples. Nothing is learned:
/// the loss is 0 whatever the row.
class Probe final : public glia::Head {
 public:
  explicit Probe(Config config) : config_(std::move(config)) {}

  void check(std::int64_t, const glia::SampleSpec&) const override {}

  at::Tensor forward(const at::Tensor& row) const override { return row; }

  at::Tensor loss(const at::Tensor& output, const at::Tensor&) const override {
    return output.sum() * 0;
  }

  std::vector<glia::Metric> metrics() const override {
    return {{.name = config_.metric, .higher_is_better = true, .unit = config_.unit}};
  }

  at::Tensor score(const at::Tensor& output, const at::Tensor&) const override {
    return output.mean(1);
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::head<Probe>("probe", schema,
                                       "Measures the mean of what a network leaves, and teaches it "
                                       "nothing."))
