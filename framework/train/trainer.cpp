// SPDX-License-Identifier: MIT
#include "train/trainer.hpp"

#include "core/log.hpp"
#include "graph/flow_graph.hpp"
#include "results/metric_text.hpp"
#include "train/samples.hpp"
#include "train/step_by_parts.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace glia::train {
namespace {

constexpr auto checkpoint_interval = std::chrono::seconds(15);

/// The head that a stage trains alone; empty if it trains something else.
std::string lone_head(const graph::Stage& stage) {
  return stage.kind == graph::Stage::Kind::train_head ? stage.node : "";
}

}  // namespace

Trainer::Trainer(const Environment& environment, const graph::Stage& stage,
                 const config::TrainSpec& train, Trainable& trainable, Course course)
    : environment_(environment),
      stage_(stage),
      train_(train),
      trainable_(trainable),
      course_(std::move(course)),
      optimizer_(make_optimizer(train, trainable.parameters().values())),
      schedule_(make_schedule(train)),
      checkpoint_(environment.checkpoints, stage),
      batches_(batch_count(course_.samples, train.batch_size)) {
  for (const auto& head : course_.heads) state_.heads.push_back({.head = head});
  if (trainable.parameters().tensors().empty()) {
    throw Error(ErrorCode::configuration,
                fmt::format("stage '{}' has no parameters to train", stage.name));
  }
}

Trainer::~Trainer() = default;

bool Trainer::resume() {
  if (!checkpoint_.load(trainable_.named_parameters(), *optimizer_, state_)) return false;
  log().info("{}: resumes after epoch {}, batch {}", stage_.name, state_.epoch, state_.batch);
  reused_ = state_.complete;
  std::vector<EpochReport> before;
  for (const HeadState& head : state_.heads) {
    for (const auto& point : head.curve) before.push_back(report_of(point, head.head));
  }
  if (state_.heads.empty()) {
    for (const auto& point : state_.curve) before.push_back(report_of(point, lone_head(stage_)));
  }
  environment_.progress.resumes(before);
  return true;
}

void Trainer::train_epoch() {
  epoch_start_ = std::chrono::steady_clock::now();
  if (!frozen_.empty()) kept_ = trainable_.parameters().values().clone();
  std::optional<Permutation> order;
  if (train_.shuffle) {
    order = epoch_order(course_.seed, course_.dataset, state_.epoch, course_.samples);
  }
  const Epoch epoch(state_.epoch, course_.samples, train_.batch_size, order);
  // A checkpoint of another build may stand between the batches of one message.
  const std::uint64_t wanted = trainable_.batches_per_message();
  const std::uint64_t per_message = state_.batch % wanted == 0 ? wanted : 1;
  graph::GraphPlan plan = trainable_.feed(epoch, per_message);
  graph::GraphNode last = trainable_.learner();
  last.inputs = {plan.nodes.size() - 1};
  last.region = 1;
  last.grad = true;
  last.body = [&, this](const graph::Message& message) {
    const std::uint64_t first = message.number() * per_message;
    learn(message, epoch, {first, std::min(first + per_message, batches_)});
    return graph::Tensors{};
  };
  plan.nodes.push_back(std::move(last));

  const graph::Range messages{state_.batch / per_message,
                              (batches_ + per_message - 1) / per_message};
  graph::RunReport report;
  try {
    report = graph::run_flow_graph(plan, messages, {environment_.threads}, environment_.stop);
  } catch (Error& e) {
    throw e.within(fmt::format("epoch {}", state_.epoch + 1));
  }
  state_.batch = std::min(report.next * per_message, batches_);
  for (const auto& node : report.nodes) {
    log().debug("{}: epoch {}: node {} took {:.3f} s for {} messages", stage_.name,
                state_.epoch + 1, node.name, node.seconds, node.messages);
  }
  if (state_.batch < batches_) {
    checkpoint_.save(trainable_.named_parameters(), *optimizer_, state_);
    throw Error(ErrorCode::interrupted,
                fmt::format("stopped in epoch {} of stage '{}'; the checkpoint is written",
                            state_.epoch + 1, stage_.name));
  }
}

void Trainer::learn(const graph::Message& message, const Epoch& epoch, Batches batches) {
  const FlatParameters& parameters = trainable_.parameters();
  const bool whole = !frozen_.empty() || train_.clip_norm > 0;  // gradients are read before a step
  for (std::uint64_t batch = batches.first; batch < batches.last; ++batch) {
    const Position at{
        .epoch = state_.epoch, .epochs = train_.epochs, .batch = batch, .batches = batches_};
    const double rate = train_.learning_rate * schedule_(at);
    const std::function<void(double)> book_it = [&](double loss) { book(batch, loss); };
    StepByParts by_parts(*optimizer_, rate, parameters, book_it);
    if (!whole) {
      const auto loss = trainable_.gradients_by_parts(message, epoch, batch, by_parts);
      by_parts.require_whole(loss);
      if (loss) continue;
    }
    book(batch, trainable_.gradients(message, epoch, batch, batch - batches.first));
    frozen_.silence(parameters.gradient());
    if (train_.clip_norm > 0) clip(batch);
    optimizer_->step(rate, parameters.gradient(), parameters.values());
    if (!frozen_.empty()) frozen_.restore(kept_, parameters.values());
  }
}

/// Books a batch with its loss, before it is learned from: a step along a gradient that is no
/// number would spoil the parameters.
void Trainer::book(std::uint64_t batch, double loss_sum) {
  if (!std::isfinite(loss_sum)) {
    fail("the loss", loss_sum, batch,
         "lower train.learning_rate, or bound the step with train.clip_norm");
  }
  state_.loss_sum += loss_sum;
  const auto of_heads = trainable_.head_losses();
  for (std::size_t h = 0; h < state_.heads.size(); ++h) state_.heads[h].loss_sum += of_heads[h];
  environment_.progress.batch(stage_.name, state_.epoch + 1, train_.epochs, batch + 1, batches_);
}

/// Shortens the gradient to `clip_norm` if it is longer (Pascanu et al., ICML 2013).
void Trainer::clip(std::uint64_t batch) const {
  at::NoGradGuard no_grad;
  at::Tensor gradient = trainable_.parameters().gradient();
  double norm = gradient.norm().item<double>();
  if (!std::isfinite(norm)) norm = gradient.norm(2, at::kDouble).item<double>();  // squares of 1e20
  if (!std::isfinite(norm)) fail("the gradient", norm, batch, "lower train.learning_rate");
  if (norm > train_.clip_norm) gradient.mul_(train_.clip_norm / norm);
}

/// Stops a training in which something is no finite number.
void Trainer::fail(const char* what, double value, std::uint64_t batch, const char* hint) const {
  throw Error(ErrorCode::numeric,
              fmt::format("{} became {} in epoch {}, batch {}", what,
                          std::isnan(value) ? "NaN" : "infinite", state_.epoch + 1, batch),
              hint);
}

void Trainer::record(results::RowEpoch rows, std::size_t head) {
  (state_.heads.empty() ? state_.rows : state_.heads.at(head).rows).push_back(std::move(rows));
}

bool Trainer::checkpoint_due() {
  if (state_.complete) return environment_.checkpoints_at == CheckpointsAt::epochs;
  const auto now = std::chrono::steady_clock::now();
  // The first epoch of a run of one's own counts as a while ago: a later failure loses less.
  const bool first = environment_.checkpoints_at == CheckpointsAt::epochs && state_.epoch == 1;
  if (!first && now - last_checkpoint_ < checkpoint_interval) return false;
  last_checkpoint_ = now;
  return true;
}

const Metric& Trainer::objective_of(const std::string& head) const {
  const auto at = std::find(course_.heads.begin(), course_.heads.end(), head);
  return at == course_.heads.end()
             ? course_.objectives.front()
             : course_.objectives.at(static_cast<std::size_t>(at - course_.heads.begin()));
}

EpochReport Trainer::report_of(const results::CurvePoint& point, const std::string& head) const {
  EpochReport report{.stage = stage_.name,
                     .head = head,
                     .epoch = point.epoch,
                     .epochs = train_.epochs,
                     .last = state_.complete && point.epoch == state_.epoch,
                     .train_loss = point.train_loss,
                     .objective = objective_of(head),
                     .seconds = point.seconds,
                     .samples = course_.samples};
  if (std::isfinite(point.test_accuracy)) report.test_accuracy = point.test_accuracy;
  if (std::isfinite(point.validation_accuracy)) {
    report.validation_accuracy = point.validation_accuracy;
  }
  return report;
}

results::CurvePoint Trainer::point_of(const Found& found, double loss_sum) const {
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - epoch_start_;
  return {.epoch = state_.epoch + 1,
          .train_loss = loss_sum / static_cast<double>(course_.samples),
          .test_accuracy = found.test.accuracy,
          .test_loss = found.test.loss,
          .seconds = spent.count(),
          .validation_accuracy = found.validation.accuracy,
          .validation_loss = found.validation.loss};
}

void Trainer::finish_epoch(const Found& found) {
  const results::CurvePoint point = point_of(found, state_.loss_sum);
  state_.collapsed = found.test.collapsed;
  state_.curve.push_back(point);
  end_epoch();
  tell(point, lone_head(stage_));
}

void Trainer::finish_epoch_of_heads(const std::vector<Found>& found,
                                    const std::vector<double>& weights) {
  Found all;
  all.validation.loss = 0;
  for (std::size_t h = 0; h < state_.heads.size(); ++h) {
    all.validation.loss += weights.at(h) * found.at(h).validation.loss;
  }
  state_.curve.push_back(point_of(all, state_.loss_sum));
  for (std::size_t h = 0; h < state_.heads.size(); ++h) {
    HeadState& head = state_.heads[h];
    head.curve.push_back(point_of(found.at(h), head.loss_sum));
    head.collapsed = found[h].test.collapsed;
    head.loss_sum = 0;
  }
  end_epoch();
  for (const HeadState& head : state_.heads) tell(head.curve.back(), head.head);
}

void Trainer::end_epoch() {
  ++state_.epoch;
  state_.batch = 0;
  state_.loss_sum = 0;
  state_.complete = state_.epoch >= train_.epochs;
  if (train_.patience > 0) judge_epoch();
  if (checkpoint_due()) checkpoint_.save(trainable_.named_parameters(), *optimizer_, state_);
}

/// Keeps the epoch just booked if none was better, and ends the training when patience is at its
/// end.
void Trainer::judge_epoch() {
  KeptEpoch& kept = state_.kept;
  const double loss = state_.curve.back().validation_loss;
  if (std::isfinite(loss) && (kept.epoch == 0 || loss < kept.loss)) {
    kept = {.epoch = state_.epoch, .loss = loss};
    for (const HeadState& head : state_.heads) kept.collapsed.push_back(head.collapsed);
    if (state_.heads.empty()) kept.collapsed.push_back(state_.collapsed);
    for (const auto& [name, tensor] : trainable_.named_parameters().saved()) {
      kept.tensors.emplace_back(name, tensor.detach().clone());
    }
  }
  if (state_.epoch - kept.epoch >= train_.patience) state_.complete = true;
  if (state_.complete) leave_kept();
}

void Trainer::leave_kept() {
  KeptEpoch& kept = state_.kept;
  if (kept.epoch == 0) {
    throw Error(
        ErrorCode::numeric,
        fmt::format("the validation loss was no finite number in any of {} epochs", state_.epoch),
        "lower train.learning_rate; 'patience' needs a loss to go by");
  }
  at::NoGradGuard no_grad;
  const auto now = trainable_.named_parameters().saved();
  for (std::size_t i = 0; i < now.size(); ++i) {
    at::Tensor(now[i].second).copy_(kept.tensors.at(i).second);
  }
  kept.tensors.clear();
  if (state_.heads.empty()) state_.collapsed = kept.collapsed.front();
  for (std::size_t h = 0; h < state_.heads.size(); ++h) {
    state_.heads[h].collapsed = kept.collapsed.at(h);
  }
  log().info("{}: ended after epoch {} of {}; kept is epoch {}, with the lowest validation loss",
             stage_.name, state_.epoch, train_.epochs, kept.epoch);
}

void Trainer::tell(const results::CurvePoint& point, const std::string& head) const {
  const EpochReport report = report_of(point, head);
  log().info("{}{}: epoch {}/{}: train loss {:.5f}{}, {:.2f} s", stage_.name,
             state_.heads.empty() ? "" : fmt::format(" ({})", head), report.epoch, report.epochs,
             report.train_loss,
             report.test_accuracy
                 ? fmt::format(", {} {:f}", results::metric_label("test", report.objective),
                               *report.test_accuracy)
                 : "",
             report.seconds);
  environment_.progress.epoch(report);
}

}  // namespace glia::train
