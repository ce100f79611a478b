// SPDX-License-Identifier: MIT
#include "train/training_loop.hpp"

#include "core/log.hpp"
#include "train/samples.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

namespace glia::train {
namespace {

constexpr auto checkpoint_interval = std::chrono::seconds(15);

}  // namespace

TrainingLoop::TrainingLoop(const Environment& environment, const graph::Stage& stage,
                           const config::TrainSpec& train, const ParameterSet& parameters,
                           std::int64_t samples, std::string dataset, std::uint64_t seed,
                           std::uint64_t batches_per_message)
    : environment_(environment),
      stage_(stage),
      train_(train),
      parameters_(parameters),
      optimizer_(make_optimizer(train, parameters.all())),
      checkpoint_(environment.checkpoints, stage),
      samples_(samples),
      dataset_(std::move(dataset)),
      seed_(seed),
      batches_(batch_count(samples, train.batch_size)),
      batches_per_message_(batches_per_message) {
  for (const auto& [name, tensor] : parameters.all()) tensors_.push_back(tensor);
  if (tensors_.empty()) {
    throw Error(ErrorCode::configuration, "stage '" + stage.name + "' has no parameters to train");
  }
}

void TrainingLoop::keep_state_elsewhere(std::function<void()> loaded,
                                        std::function<void()> saving) {
  loaded_ = std::move(loaded);
  saving_ = std::move(saving);
}

void TrainingLoop::record_rows(std::function<RowEpoch(std::int64_t)> record) {
  record_ = std::move(record);
}

void TrainingLoop::around_epochs(std::function<void(std::int64_t)> before,
                                 std::function<void(std::int64_t)> after) {
  before_ = std::move(before);
  after_ = std::move(after);
}

TrainingLoop::Batches TrainingLoop::batches(std::uint64_t message) const {
  const std::uint64_t first = message * per_message_;
  return {first, std::min(first + per_message_, batches_)};
}

std::vector<std::uint32_t> TrainingLoop::batch(std::uint64_t number) const {
  if (order_) return samples_of(*order_, number, train_.batch_size);
  const std::uint64_t size = static_cast<std::uint64_t>(train_.batch_size), first = number * size;
  std::vector<std::uint32_t> samples(std::min(size, static_cast<std::uint64_t>(samples_) - first));
  std::iota(samples.begin(), samples.end(), static_cast<std::uint32_t>(first));
  return samples;
}

double TrainingLoop::learning_rate(std::uint64_t number) const {
  if (train_.schedule == "constant") return train_.learning_rate;
  const auto batches = static_cast<double>(batches_);
  const double done = static_cast<double>(state_.epoch) * batches + static_cast<double>(number);
  const double all = static_cast<double>(train_.epochs) * batches;
  return 0.5 * train_.learning_rate * (1 + std::cos(std::numbers::pi * done / all));
}

std::uint64_t TrainingLoop::key(std::uint64_t number) const {
  return batch_key(state_.epoch, number);
}

std::uint64_t TrainingLoop::test_key(std::uint64_t number) const {
  return batch_key(state_.complete ? state_.epoch - 1 : state_.epoch, number);
}

void TrainingLoop::learn(std::uint64_t number, const at::Tensor& loss, double weight) {
  const double value = loss.item<double>() * weight;
  if (!std::isfinite(value)) return book(number, value);
  learn(number, value,
        torch::autograd::grad({loss}, tensors_, {}, c10::nullopt, false, /*allow_unused=*/true));
}

void TrainingLoop::learn(std::uint64_t number, double loss_sum,
                         const std::vector<at::Tensor>& gradients) {
  book(number, loss_sum);
  optimizer_->set_learning_rate(learning_rate(number));
  optimizer_->step(gradients);
}

void TrainingLoop::book(std::uint64_t number, double loss_sum) {
  if (!std::isfinite(loss_sum)) {
    throw Error(ErrorCode::numeric,
                "the loss became " + std::string(std::isnan(loss_sum) ? "NaN" : "infinite") +
                    " in epoch " + std::to_string(state_.epoch + 1) + ", batch " +
                    std::to_string(number),
                "lower train.learning_rate; the last good checkpoint is kept");
  }
  state_.loss_sum += loss_sum;
  environment_.progress.batch(stage_.name, state_.epoch + 1, train_.epochs, number + 1, batches_);
}

TrainingState TrainingLoop::run(const graph::GraphPlan& plan, const std::function<Test()>& test) {
  if (checkpoint_.load(parameters_, *optimizer_, state_)) {
    log().info("{}: resumes after epoch {}, batch {}", stage_.name, state_.epoch, state_.batch);
    reused_ = state_.complete;
    std::vector<EpochReport> before;
    for (const CurvePoint& point : state_.curve) before.push_back(report_of(point));
    environment_.progress.resumes(before);
  }
  if (loaded_) loaded_();
  if (before_) before_(state_.complete ? state_.epoch - 1 : state_.epoch);
  if (record_ && state_.rows.empty()) state_.rows.push_back(record_(0));
  while (!state_.complete) {
    run_epoch(plan);
    if (after_) after_(state_.epoch);
    finish_epoch(test);
    if (before_ && !state_.complete) before_(state_.epoch);
  }
  return state_;
}

void TrainingLoop::run_epoch(const graph::GraphPlan& plan) {
  epoch_start_ = std::chrono::steady_clock::now();
  order_.reset();
  if (train_.shuffle) order_ = epoch_order(seed_, dataset_, state_.epoch, samples_);
  // A checkpoint of another build may stand between the batches of one message.
  per_message_ = state_.batch % batches_per_message_ == 0 ? batches_per_message_ : 1;
  const graph::Range messages{state_.batch / per_message_,
                              (batches_ + per_message_ - 1) / per_message_};
  graph::RunReport report;
  try {
    report = graph::run_flow_graph(plan, messages, {environment_.threads}, environment_.stop);
  } catch (Error& e) {
    throw e.within("epoch " + std::to_string(state_.epoch + 1));
  }
  state_.batch = std::min(report.next * per_message_, batches_);
  for (const auto& node : report.nodes) {
    log().debug("{}: epoch {}: node {} took {:.3f} s for {} messages", stage_.name,
                state_.epoch + 1, node.name, node.seconds, node.messages);
  }
  if (state_.batch < batches_) {
    save();
    throw Error(ErrorCode::interrupted, "stopped in epoch " + std::to_string(state_.epoch + 1) +
                                            " of stage '" + stage_.name +
                                            "'; the checkpoint is written");
  }
}

void TrainingLoop::save() {
  if (saving_) saving_();
  checkpoint_.save(parameters_, *optimizer_, state_);
}

bool TrainingLoop::checkpoint_due() {
  if (state_.complete) return environment_.checkpoints_at == CheckpointsAt::epochs;
  const auto now = std::chrono::steady_clock::now();
  // The first epoch of a run of one's own counts as a while ago: a later failure loses less.
  const bool first = environment_.checkpoints_at == CheckpointsAt::epochs && state_.epoch == 1;
  if (!first && now - last_checkpoint_ < checkpoint_interval) return false;
  last_checkpoint_ = now;
  return true;
}

EpochReport TrainingLoop::report_of(const CurvePoint& point) const {
  EpochReport report{stage_.name, point.epoch,   train_.epochs, point.train_loss,
                     {},          point.seconds, samples_};
  if (std::isfinite(point.test_accuracy)) report.test_accuracy = point.test_accuracy;
  return report;
}

void TrainingLoop::finish_epoch(const std::function<Test()>& test) {
  CurvePoint point{.epoch = state_.epoch + 1,
                   .train_loss = state_.loss_sum / static_cast<double>(samples_)};
  if (test) {
    const Test found = test();
    point.test_accuracy = found.accuracy;
    point.test_loss = found.loss;
    state_.collapsed = found.collapsed;
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - epoch_start_;
  point.seconds = spent.count();
  state_.curve.push_back(point);
  const EpochReport report = report_of(point);
  ++state_.epoch;
  if (record_) {
    if (saving_) saving_();  // the parameters come back here
    state_.rows.push_back(record_(state_.epoch));
  }
  state_.batch = 0;
  state_.loss_sum = 0;
  state_.complete = state_.epoch >= train_.epochs;
  if (checkpoint_due()) save();
  log().info("{}: epoch {}/{}: train loss {:.5f}{}, {:.2f} s", stage_.name, report.epoch,
             report.epochs, report.train_loss,
             report.test_accuracy ? ", test accuracy " + std::to_string(*report.test_accuracy) : "",
             report.seconds);
  environment_.progress.epoch(report);
}

}  // namespace glia::train
