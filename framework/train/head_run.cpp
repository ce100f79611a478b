// SPDX-License-Identifier: MIT
#include "train/head_run.hpp"

#include "train/autograd_head.hpp"
#include "train/damage.hpp"
#include "train/fused_head.hpp"
#include "train/metric.hpp"
#include "train/row_record.hpp"

#include <torch/types.h>

#include <memory>
#include <utility>

namespace glia::train {

HeadRun::HeadRun(const Environment& environment, const graph::Stage& stage,
                 const config::HeadNode& node, const Encoded& latents, EpochLatents* epochs)
    : env_(environment),
      node_(node),
      chain_(environment.shapes.heads.at(node.id)),
      latents_(latents),
      epochs_(epochs),
      parameters_(environment.spec.seed, node.id) {
  std::int64_t width = latents.train.mean.size(1);
  for (const auto* network : chain_.networks) {
    const graph::NetworkLayout& layout = env_.shapes.networks.at(network->id);
    parameters_.set_prefix(network->id + '.');
    networks_.push_back(std::make_unique<wave::Network>(width, layout.steps(), parameters_));
    width = networks_.back()->out();
  }
  parameters_.set_prefix(node.id + '.');
  head_ = node.use.plugin->descriptor->make_head(node.use.values);
  head_->build(width, parameters_);
  const HeadPath path{.environment = env_,
                      .node = node_,
                      .chain = chain_,
                      .latents = latents_,
                      .parameters = parameters_,
                      .networks = networks_,
                      .head = *head_};
  if (auto program = FusedHead::program_of(path)) {
    trainable_ = std::make_unique<FusedHead>(path, std::move(program));
  } else {
    trainable_ = std::make_unique<AutogradHead>(path);
  }
  trainer_ = std::make_unique<Trainer>(environment, stage, node.train, *trainable_,
                                       Course{.samples = latents.train.size(),
                                              .dataset = chain_.dataset->id,
                                              .seed = environment.spec.seed});
  if (node_.record_rows) recorder_ = std::make_unique<RowRecorder>(path);
}

HeadRun::~HeadRun() = default;

bool HeadRun::train(results::HeadResult& result) {
  try {
    run_epochs();
  } catch (...) {
    tell(result);  // the epochs before a stop or a failure count
    throw;
  }
  tell(result);
  for (const Split split : latents_.splits()) {
    if (split != Split::train) measure(split, result);
  }
  return trainer_->reused();
}

void HeadRun::run_epochs() {
  trainer_->resume();
  if (epochs_) epochs_->show(trainer_->epoch());
  if (recorder_ && trainer_->state().rows.empty()) trainer_->record(recorder_->record(0));
  while (!trainer_->finished()) {
    const std::int64_t epoch = trainer_->epoch();
    if (epochs_) epochs_->show(epoch);
    trainer_->train_epoch();
    Trainer::Found found{.test = trainable_->measure(Split::test, epoch)};
    if (!latents_.validation.empty()) {
      found.validation = trainable_->measure(Split::validation, epoch);
    }
    if (recorder_) trainer_->record(recorder_->record(epoch + 1));
    trainer_->finish_epoch(found);
  }
}

/// By all that the head asks for, once it has been trained.
void HeadRun::measure(Split split, results::HeadResult& result) const {
  at::NoGradGuard no_grad;
  const at::Tensor output = head_->forward(trainable_->rows(split, trainer_->epoch()));
  const Answers answers{.output = output,
                        .classes = head_->predict(output),
                        .targets = latents_.of(split).targets,
                        .class_count = env_.shapes.datasets.at(chain_.dataset->id).classes};
  result.metrics[split_name(split)] = measure_all(answers, node_.metrics);
  if (auto counts = confusion_of(answers); !counts.empty()) {
    result.confusion[split_name(split)] = std::move(counts);
  }
}

void HeadRun::damage(results::HeadResult& result) {
  result.damage =
      test_damaged(node_.damage, env_.spec.seed, node_.id, parameters_, env_.stop,
                   [this] { return trainable_->measure(Split::test, trainer_->epoch()).accuracy; });
}

void HeadRun::tell(results::HeadResult& result) const {
  const TrainingState& state = trainer_->state();
  result.parameters = parameters_.count();
  result.curve = state.curve;
  result.collapsed = state.collapsed;
  if (recorder_) result.rows = recorder_->names(), result.row_epochs = state.rows;
  if (state.curve.empty()) return;
  const results::CurvePoint& last = state.curve.back();
  result.test_accuracy = last.test_accuracy;
  result.test_loss = last.test_loss;
  result.validation_accuracy = last.validation_accuracy;
  result.validation_loss = last.validation_loss;
}

}  // namespace glia::train
