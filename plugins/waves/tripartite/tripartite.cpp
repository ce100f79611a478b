// SPDX-License-Identifier: MIT
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace {

enum class Weights { none, incoming, outgoing };

struct Config {
  std::int64_t width = 0;
  Weights weights = Weights::incoming;
  std::int64_t iterations = 6;
  std::int64_t threshold = 3;
  std::int64_t lasts = 4;
  double up = 1.25;
  double down = 0.5;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::width, "width")
        .required()
        .range(1, 1e5)
        .unit("neurons")
        .doc("Width of the row that it makes: neurons, each with an astrocyte."),
    glia::field(&Config::weights, "weights")
        .choices("none", "incoming", "outgoing")
        .doc("Which of a neuron's weights its astrocyte changes: those by which it hears, those by "
             "which it is heard, or none, for a control."),
    glia::field(&Config::iterations, "iterations")
        .range(1, 1000)
        .doc("How often the neurons answer to the same row; the last answer is heard on."),
    glia::field(&Config::threshold, "threshold")
        .range(1, 1000)
        .doc("So many answers above 0 more than below make weights stronger; so many below 0 more "
             "than above, weaker."),
    glia::field(&Config::lasts, "lasts")
        .range(1, 1000)
        .unit("iterations")
        .doc(
            "How long weights stay changed; a count that is still beyond the threshold begins that "
            "anew."),
    glia::field(&Config::up, "up").range(0, 100).doc("What stronger weights are multiplied by."),
    glia::field(&Config::down, "down").range(0, 100).doc("What weaker weights are multiplied by."));

/// Neurons whose weights change by how often they are active, after Porto-Pazos et al. (PLoS ONE 6,
/// 2011), whose rule is rebuilt here from what others made of it: each neuron's astrocyte counts its
/// answers, +1 above 0 and -1 below, and multiplies its weights for a while when the count is great.
/// Every sample is a beginning. [B,n] -> [B,width], tanh. What the astrocytes do is constant between
/// jumps, so the gradient is that of the neurons with their weights as they are changed.
class Tripartite final : public glia::WaveLayer {
 public:
  explicit Tripartite(Config config) : config_(config) {}

  std::int64_t out_width(std::int64_t) const override { return config_.width; }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    const auto start = glia::Init::uniform(1 / std::sqrt(static_cast<double>(in)));
    weight_ = parameters.add("weight", {config_.width, in}, start);
    bias_ = parameters.add("bias", {config_.width}, start);
  }

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    const at::Tensor heard = at::matmul(row, weight_.t());
    Astrocytes astrocytes(config_, heard);
    for (std::int64_t i = 1;; ++i) {
      const at::Tensor sum =
          config_.weights == Weights::incoming ? astrocytes.factor * heard : heard;
      const at::Tensor answer = at::tanh(sum + bias_);
      if (i == config_.iterations) {
        return config_.weights == Weights::outgoing ? astrocytes.factor * answer : answer;
      }
      astrocytes.count(answer.detach());
    }
  }

  bool local() const override { return false; }

 private:
  /// One for each neuron and sample, [B, width].
  struct Astrocytes {
    Astrocytes(const Config& config, const at::Tensor& like)
        : config(config),
          active(at::zeros_like(like.detach())),
          left(at::zeros_like(active)),
          factor(at::ones_like(active)) {}

    void count(const at::Tensor& answer) {
      active = active + answer.sign();
      left = at::relu(left - 1);
      const at::Tensor strong = active.ge(config.threshold), weak = active.le(-config.threshold);
      const at::Tensor one = at::ones_like(factor);
      factor = at::where(left.gt(0), factor, one);
      factor = at::where(strong, one * config.up, at::where(weak, one * config.down, factor));
      left = at::where(strong.logical_or(weak), one * config.lasts, left);
    }

    const Config& config;
    at::Tensor active, left, factor;
  };

  Config config_;
  at::Tensor weight_, bias_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Tripartite>(
                         "tripartite", schema,
                         "Neurons whose astrocytes strengthen or weaken their weights by how often "
                         "they are active."))
