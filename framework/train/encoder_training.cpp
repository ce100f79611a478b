// SPDX-License-Identifier: MIT
#include "train/encoder_training.hpp"

#include "train/data_check.hpp"
#include "train/describe.hpp"
#include "train/description.hpp"
#include "train/encoder_fit.hpp"
#include "train/encoder_twin.hpp"
#include "train/head_test.hpp"
#include "train/trainable.hpp"
#include "train/trainer.hpp"
#include "wave/backend.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <optional>

namespace glia::train {
namespace {

/// dataset -> encoder, on the encoder's own loss.
class EncoderTraining final : public Trainable {
 public:
  EncoderTraining(const Environment& environment, const config::EncoderNode& node,
                  const LoadedData& data, const BuiltEncoder& built)
      : environment_(environment),
        node_(node),
        seed_(static_cast<std::uint64_t>(node.seed)),
        data_(data),
        built_(built),
        parameters_(*built.parameters) {
    if (node.train.backend_in_force() == "vector") return;
    twin_.emplace(node, environment.shapes.datasets.at(data.id),
                  wave::parse_device(node.train.device));
  }

  const ParameterSet& named_parameters() const override { return *built_.parameters; }
  const FlatParameters& parameters() const override { return parameters_; }

  graph::GraphPlan feed(const Epoch& epoch, std::uint64_t) override {
    graph::GraphPlan plan;
    plan.nodes.push_back({.name = data_.id, .body = [this, &epoch](const graph::Message& m) {
                            const at::Tensor samples = indices_of(epoch.samples(m.number()));
                            Batch batch = read_batch(data_, Split::train, samples);
                            if (epoch.number() == 0) {  // one pass sees every sample
                              check_batch(data_, Split::train, samples, batch, *built_.encoder,
                                          divisible(environment_, data_.id));
                            }
                            augment(data_, samples, seed_, epoch.number(), batch);
                            check_augmented(data_, samples, batch, *built_.encoder);
                            return graph::Tensors{batch.inputs};
                          }});
    return plan;
  }

  graph::GraphNode learner() const override {
    return {.name = node_.id, .what = describe(node_.use)};
  }

  std::optional<double> gradients_by_parts(const graph::Message& message, const Epoch& epoch,
                                           std::uint64_t batch,
                                           GradientListener& listener) override {
    auto* const encoder = dynamic_cast<GradientByParts*>(built_.encoder.get());
    if (!encoder || twin_) return std::nullopt;
    RandomStream random = draws(epoch, batch);
    return encoder->gradients_by_parts(message.output_of(0)[0], random, parameters_.gradients(),
                                       listener);
  }

  double gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                   std::uint64_t) override {
    const at::Tensor& inputs = message.output_of(0)[0];
    RandomStream random = draws(epoch, batch);
    if (twin_) return twin_->gradients(inputs, random, *built_.parameters, parameters_);
    RandomStream again = random;
    if (const auto sum = built_.encoder->gradients(inputs, random, parameters_.gradients())) {
      return *sum;
    }
    const at::Tensor loss = built_.encoder->loss(inputs, again);
    const double sum = loss.item<double>();
    if (std::isfinite(sum)) parameters_.differentiate(loss);
    return sum;
  }

  /// Its loss alone, with the same draws after every epoch; else it is measured by the heads that
  /// read it.
  results::Measurement measure(Split split, std::int64_t epoch) override {
    const std::int64_t n = data_.size(split);
    const at::Tensor order = at::arange(n, at::kLong);
    double sum = 0;
    graph::GraphPlan plan;
    plan.nodes.push_back({.name = data_.id, .body = [&](const graph::Message& m) {
                            const at::Tensor samples = batch_of(order, m.number(), test_batch);
                            const Batch batch = read_batch(data_, split, samples);
                            if (epoch == 0) {
                              check_batch(data_, split, samples, batch, *built_.encoder,
                                          divisible(environment_, data_.id));
                            }
                            return graph::Tensors{batch.inputs};
                          }});
    graph::GraphNode loss = learner();
    loss.inputs = {0};
    loss.region = 1;
    loss.body = [&](const graph::Message& m) {
      RandomStream random(seed_, node_.id + '/' + split_name(split), m.number());
      sum += built_.encoder->loss(m.output_of(0)[0], random).item<double>();
      return graph::Tensors{};
    };
    plan.nodes.push_back(std::move(loss));
    graph::run_flow_graph(plan, {0, batch_count(n, test_batch)}, {environment_.threads}, {});
    return {.loss = sum / static_cast<double>(n)};
  }
  at::Tensor rows(Split, std::int64_t, std::size_t) override { return {}; }

 private:
  RandomStream draws(const Epoch& epoch, std::uint64_t batch) const {
    return RandomStream(seed_, node_.id + "/train", epoch.key(batch));
  }

  const Environment& environment_;
  const config::EncoderNode& node_;
  std::uint64_t seed_;
  const LoadedData& data_;
  const BuiltEncoder& built_;
  FlatParameters parameters_;
  std::optional<EncoderTwin> twin_;  // where LibTorch differentiates its loss, on any device
};

}  // namespace

bool train_encoder(const Environment& environment, const graph::Stage& stage,
                   const config::EncoderNode& node, const LoadedData& data,
                   const BuiltEncoder& built, results::EncoderResult& result,
                   const std::function<void(std::int64_t)>& after_epoch) {
  EncoderTraining training(environment, node, data, built);
  Trainer trainer(environment, stage, node.train, training,
                  {.samples = data.size(Split::train),
                   .dataset = data.id,
                   .seed = static_cast<std::uint64_t>(node.seed)});
  trainer.describe([&] { return describe_encoder(environment, node, *built.encoder); });
  const auto tell = [&] {
    for (const auto& point : trainer.state().curve) {
      result.train_loss.emplace_back(point.epoch, point.train_loss);
      if (node.train.patience > 0) {
        result.validation_loss.emplace_back(point.epoch, point.validation_loss);
      }
    }
    if (trainer.finished()) result.kept_epoch = trainer.state().kept.epoch;
  };
  try {
    if (!trainer.resume()) fit(environment, node, data, built);
    while (!trainer.finished()) {
      trainer.train_epoch();
      if (after_epoch) after_epoch(trainer.epoch());
      Trainer::Found found;
      if (node.train.patience > 0) {
        found.validation = training.measure(Split::validation, trainer.epoch());
      }
      trainer.finish_epoch(found);
    }
  } catch (...) {
    tell();  // the epochs before a stop or a failure count
    throw;
  }
  tell();
  return trainer.reused();
}

}  // namespace glia::train
