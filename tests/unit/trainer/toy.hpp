// SPDX-License-Identifier: MIT
// Something small to train, and what a trainer needs around it.
#pragma once

#include "temp_folder.hpp"
#include "train/trainer.hpp"

#include <ATen/ATen.h>

#include <functional>
#include <optional>
#include <vector>

namespace toy {

using namespace glia;

/// Told nothing.
class Silent final : public train::Progress {
 public:
  void stage_begins(const std::string&) override {}
  void batch(const std::string&, std::int64_t, std::int64_t, std::uint64_t,
             std::uint64_t) override {}
  void epoch(const train::EpochReport& report) override { reports.push_back(report); }
  void resumes(const std::vector<train::EpochReport>& before) override { resumed = before; }
  void stage_ends(const std::string&, double, bool) override {}

  std::vector<train::EpochReport> reports, resumed;
};

/// Three parameters that are drawn to the mean of points: loss of a sample |p - x|^2, and a term of
/// chance, so that order, keys and steps all count.
class Points final : public train::Trainable {
 public:
  static constexpr std::int64_t samples = 70;

  Points() { values_.copy_(at::ones({3})); }

  const ParameterSet& named_parameters() const override { return set_; }
  const train::FlatParameters& parameters() const override { return flat_; }
  std::uint64_t batches_per_message() const override { return per_message; }

  graph::GraphPlan feed(const train::Epoch& epoch, std::uint64_t message_batches) override {
    graph::GraphPlan plan;
    plan.nodes.push_back({.name = "points", .body = [&epoch, message_batches](const auto& m) {
                            graph::Tensors all;
                            for (auto b = m.number() * message_batches;
                                 b < std::min((m.number() + 1) * message_batches, epoch.batches());
                                 ++b) {
                              all.push_back(train::indices_of(epoch.samples(b)));
                            }
                            return all;
                          }});
    return plan;
  }

  graph::GraphNode learner() const override { return {.name = "toy"}; }

  double gradients(const graph::Message& message, const train::Epoch& epoch, std::uint64_t batch,
                   std::uint64_t place) override {
    const at::Tensor chosen = message.output_of(0)[place];
    visited.push_back(chosen.sum().item<std::int64_t>());
    RandomStream random(5, "toy", epoch.key(batch));
    const at::Tensor x = chosen.to(at::kFloat).mul(0.7).sin().unsqueeze(1) + random.uniform();
    const at::Tensor difference = flat_.values().unsqueeze(0) - x;
    at::Tensor(flat_.gradient()).copy_(difference.mean(0).mul(2 * steepness));
    if (poison && epoch.number() == 1) return std::nan("");
    return difference.square().sum().item<double>();
  }

  std::optional<double> gradients_by_parts(const graph::Message& message, const train::Epoch& epoch,
                                           std::uint64_t batch,
                                           GradientListener& listener) override {
    if (!by_parts) return std::nullopt;
    const double sum = gradients(message, epoch, batch, batch % per_message);
    const float* const gradient = flat_.gradient().data_ptr<float>();
    if (teller) return teller(listener, gradient);
    listener.loss(sum);
    for (int part = 2; part >= forgotten; --part) listener.found(gradient + part, 1);
    ++told;
    return sum;
  }

  results::Measurement measure(Split split, std::int64_t epoch) override {
    return {.accuracy = split == Split::test ? 0.25 : 0.5,
            .loss = loss_of(split, epoch),
            .collapsed = false};
  }

  at::Tensor rows(Split, std::int64_t, std::size_t) override { return {}; }

  std::uint64_t per_message = 1;
  double steepness = 1;
  bool by_parts = false;  ///< tells its gradient number by number,
  int forgotten = 0;      ///< but for so many
  int told = 0;           ///< batches that were
  /// Or in a way of its own, given where the gradient is.
  std::function<std::optional<double>(GradientListener&, const float*)> teller;
  bool poison = false;                ///< a loss that is no number in the second epoch
  std::vector<double> on_validation;  ///< losses by epoch; else its number
  std::vector<std::int64_t> visited;  ///< sums of the sample numbers of each batch

 private:
  double loss_of(Split split, std::int64_t epoch) const {
    const auto e = static_cast<std::size_t>(epoch);
    return split == Split::validation && e < on_validation.size() ? on_validation[e]
                                                                  : static_cast<double>(epoch);
  }

  ParameterSet set_{1, "toy"};
  at::Tensor parameter_ = set_.add("p", {3}, Init::zeros());
  train::FlatParameters flat_{set_};
  at::Tensor values_ = flat_.values();
};

/// A folder, a stage and settings to train in.
struct Place {
  explicit Place(const std::string& key = "k") { stage.key = key; }

  TempFolder folder;
  config::PipelineSpec spec;
  graph::Shapes shapes;
  Silent progress;
  graph::Stage stage{.kind = graph::Stage::Kind::train_head,
                     .name = "toy/train",
                     .node = "toy",
                     .inputs = {},
                     .identity = "",
                     .key = "",
                     .data = ""};
  config::TrainSpec train{.epochs = 3, .batch_size = 16, .learning_rate = 0.05};
  int threads = 1;
  std::function<bool()> stop;
  train::Frozen frozen;

  /// Trains what is left; the parameters after it.
  std::vector<float> run(Points& points) {
    const train::Environment environment{.spec = spec,
                                         .shapes = shapes,
                                         .threads = threads,
                                         .stop = stop,
                                         .progress = progress,
                                         .checkpoints = folder.path() / "checkpoints"};
    train::Trainer trainer(environment, stage, train, points,
                           {.samples = Points::samples, .dataset = "points", .seed = 9});
    trainer.freeze(frozen);
    trainer.resume();
    while (!trainer.finished()) {
      trainer.train_epoch();
      trainer.finish_epoch({.test = points.measure(Split::test, trainer.epoch()),
                            .validation = points.measure(Split::validation, trainer.epoch())});
    }
    state = trainer.state();
    reused = trainer.reused();
    const auto numbers = train::numbers_of(points.parameters().values());
    return {numbers.begin(), numbers.end()};
  }

  train::TrainingState state;
  bool reused = false;
};

}  // namespace toy
