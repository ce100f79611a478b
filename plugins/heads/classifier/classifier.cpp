// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>

#include <string>
#include <utility>
#include <vector>

namespace {

struct Config {
  std::vector<double> class_weights;
  double label_smoothing = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::class_weights, "class_weights")
        .range(1e-6, 1e6)
        .doc("What the loss of a sample of each class counts, in the order of the classes; a "
             "batch's loss is divided by the sum of its samples' weights. Left out, all count 1."),
    glia::field(&Config::label_smoothing, "label_smoothing")
        .range(0, 0.99)
        .doc("The share of every label that is spread over all classes alike (Szegedy et al., CVPR "
             "2016)."));

/// The classes by their names, where they have some and these are few: one that is misspelt is seen.
std::string named(const glia::SampleSpec& data) {
  constexpr std::size_t most = 12;
  if (data.class_names.empty() || data.class_names.size() > most) return {};
  std::string text;
  for (const auto& name : data.class_names) text += (text.empty() ? "'" : ", '") + name + '\'';
  return "; the classes of the data are " + text;
}

/// One cell per class: log-softmax over the last row, negative log-likelihood, accuracy.
class Classifier final : public glia::Head {
 public:
  explicit Classifier(Config config) : config_(std::move(config)) {
    if (!config_.class_weights.empty()) {
      weights_ = at::tensor(config_.class_weights, at::kFloat);
    }
  }

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0) {
      throw glia::Error(
          glia::ErrorCode::shape,
          "a classifier needs labels, but the data set has real-valued targets",
          "for values use the head 'regression'; for classes, npy takes whole numbers "
          "from 0: save TARGETS.astype('int64'), of one-hot rows "
          "TARGETS.argmax(axis=1), and csv target_is = \"class\"");
    }
    if (data.classes == 1) {
      throw glia::Error(glia::ErrorCode::shape,
                        "a classifier needs two classes or more, but the data set has one: every "
                        "training sample has the label 0",
                        "give the file of the labels; where classes only lack samples, say how "
                        "many there are, as with classes = 2");
    }
    if (in < data.classes) {
      const std::string classes = std::to_string(data.classes);
      throw glia::Error(glia::ErrorCode::shape,
                        "the row is too narrow: a classifier of " + classes + " classes reads " +
                            classes + " cells, one for each, but hears " + std::to_string(in),
                        "end the network with narrow_to = " + classes +
                            "; a row that gathers down to it starts with at least " +
                            std::to_string(data.classes + 2) + " cells" + named(data));
    }
    if (in != data.classes) {
      throw glia::Error(
          glia::ErrorCode::shape,
          "a classifier of " + std::to_string(data.classes) + " classes reads a row of " +
              std::to_string(data.classes) + " cells, but hears " + std::to_string(in),
          "end the network with narrow_to = " + std::to_string(data.classes) + named(data));
    }
    check_weights(data);
  }

  at::Tensor forward(const at::Tensor& row) const override { return at::log_softmax(row, 1); }

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    if (plain()) return at::nll_loss(output, targets);
    const c10::optional<at::Tensor> weights =
        weights_.defined() ? c10::make_optional(weights_.to(output.scalar_type())) : c10::nullopt;
    // A second log-softmax changes nothing.
    return at::cross_entropy_loss(output, targets, weights, at::Reduction::Mean, no_label,
                                  config_.label_smoothing);
  }

  /// The engine's loss knows neither weights nor smoothing: LibTorch differentiates then.
  glia::FusedLoss fused_loss() const override {
    return plain() ? glia::FusedLoss::cross_entropy : glia::FusedLoss::none;
  }

  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return output.argmax(1).eq(targets).to(output.scalar_type());
  }

  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }

 private:
  static constexpr std::int64_t no_label = -100;  // no sample has it

  bool plain() const { return config_.class_weights.empty() && config_.label_smoothing == 0; }

  void check_weights(const glia::SampleSpec& data) const {
    const auto given = static_cast<std::int64_t>(config_.class_weights.size());
    if (given != 0 && given != data.classes) {
      throw glia::Error(glia::ErrorCode::configuration,
                        "class_weights has " + std::to_string(given) +
                            " numbers, but the data set has " + std::to_string(data.classes) +
                            " classes",
                        "give one for each class, in their order");
    }
  }

  Config config_;
  at::Tensor weights_;
};

}  // namespace

GLIA_PLUGIN("1.1.0", glia::head<Classifier>("classifier", schema,
                                            "Names the class: log-softmax over the last row, "
                                            "negative log-likelihood."))
