// SPDX-License-Identifier: MIT
#include "train/head_run.hpp"

#include "config/node_kind.hpp"
#include "results/metric_text.hpp"
#include "train/autograd_head.hpp"
#include "train/damage.hpp"
#include "train/description.hpp"
#include "train/fused_head.hpp"
#include "train/metric.hpp"
#include "train/row_record.hpp"
#include "train/start_weights.hpp"
#include "wave/backend.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace glia::train {

HeadPlan HeadPlan::of(const Environment& environment, const config::HeadNode& head) {
  return {.id = head.id,
          .train = head.train,
          .nodes = environment.shapes.heads.at(head.id),
          .heads = {&head},
          .weights = {1}};
}

HeadPlan HeadPlan::of(const Environment& environment, const config::TrainingNode& training) {
  HeadPlan plan{.id = training.id,
                .train = training.train,
                .nodes = environment.shapes.trainings.at(training.id),
                .heads = {},
                .weights = training.weights,
                .together = true};
  for (const auto& input : training.inputs) {
    plan.heads.push_back(
        static_cast<const config::HeadNode*>(config::find_node(environment.spec, input.id)));
  }
  if (plan.weights.empty()) plan.weights.assign(plan.heads.size(), 1);
  return plan;
}

HeadRun::HeadRun(const Environment& environment, const graph::Stage& stage, HeadPlan plan,
                 const Encoded& latents, EpochLatents* epochs, const AugmentedCode* augmented)
    : env_(environment),
      plan_(std::move(plan)),
      latents_(latents),
      epochs_(epochs),
      augmented_(augmented),
      parameters_(environment.spec.seed, plan_.id) {
  build_networks();
  build_heads();
  std::vector<StartOf> starts;
  for (const auto* network : plan_.nodes.networks) starts.emplace_back(*network);
  for (const auto* head : plan_.heads) starts.emplace_back(*head);
  Frozen frozen = start_parameters(starts, parameters_);
  if (!plan_.together && plan_.train.backend_in_force() == "vector") {
    const HeadPath path = path_of(0);
    if (auto program = FusedHead::program_of(path)) {
      trainable_ = std::make_unique<FusedHead>(path, std::move(program));
    }
  }
  if (!trainable_) {
    HeadGroup group{.environment = env_,
                    .id = plan_.id,
                    .nodes = plan_.nodes,
                    .latents = latents_,
                    .parameters = parameters_,
                    .networks = {},
                    .members = {},
                    .augmented = augmented_};
    for (const auto* network : plan_.nodes.networks) {
      group.networks.push_back(networks_.at(network->id));
    }
    for (std::size_t h = 0; h < heads_.size(); ++h) {
      group.members.push_back({*plan_.heads[h], *heads_[h], plan_.weights[h]});
    }
    trainable_ = std::make_unique<AutogradHead>(std::move(group));
  }
  Course course{.samples = latents.train.size(),
                .dataset = plan_.nodes.dataset->id,
                .seed = environment.spec.seed};
  course.objectives.clear();
  for (std::size_t h = 0; h < heads_.size(); ++h) {
    if (plan_.together) course.heads.push_back(plan_.heads[h]->id);
    course.objectives.push_back(metrics_of(*heads_[h]).front());
  }
  trainer_ = std::make_unique<Trainer>(environment, stage, plan_.train, *trainable_, course);
  trainer_->describe([this] { return description(); });
  trainer_->freeze(std::move(frozen));
  for (std::size_t h = 0; h < heads_.size(); ++h) {
    recorders_.push_back(plan_.heads[h]->record_rows ? std::make_unique<RowRecorder>(path_of(h))
                                                     : nullptr);
  }
}

HeadRun::~HeadRun() = default;

void HeadRun::build_networks() {
  for (const auto* network : plan_.nodes.networks) {
    const graph::NetworkLayout& layout = env_.shapes.networks.at(network->id);
    auto made = std::make_shared<wave::Network>(layout.in.cells(), layout.steps(), parameters_,
                                                network->id + '.');
    if (const std::string backend = plan_.train.backend_in_force(); backend != "vector") {
      made->run_by(wave::backend(backend), wave::parse_device(plan_.train.device));
    }
    networks_[network->id] = std::move(made);
  }
}

void HeadRun::build_heads() {
  for (std::size_t h = 0; h < plan_.heads.size(); ++h) {
    const config::HeadNode& node = *plan_.heads[h];
    parameters_.set_prefix(node.id + '.');
    heads_.push_back(node.use.plugin->descriptor->make_head(node.use.values));
    heads_.back()->build(graph::row_read_by(env_.shapes, node).cells(), parameters_);
  }
}

HeadPath HeadRun::path_of(std::size_t head) const {
  const config::HeadNode& node = *plan_.heads[head];
  HeadPath path{.environment = env_,
                .node = node,
                .train = plan_.train,
                .nodes = env_.shapes.heads.at(node.id),
                .latents = latents_,
                .parameters = parameters_,
                .networks = {},
                .head = *heads_[head],
                .augmented = augmented_};
  for (const auto* network : path.nodes.networks) {
    path.networks.push_back(networks_.at(network->id));
  }
  return path;
}

bool HeadRun::train(std::map<std::string, results::HeadResult>& results) {
  const auto each = [&](auto visit) {
    for (std::size_t h = 0; h < heads_.size(); ++h) visit(h, results.at(plan_.heads[h]->id));
  };
  const auto tell_all = [&] {
    each([this](std::size_t h, results::HeadResult& result) { tell(h, result); });
  };
  try {
    run_epochs();
  } catch (...) {
    tell_all();  // the epochs before a stop or a failure count
    throw;
  }
  tell_all();
  each([this](std::size_t h, results::HeadResult& result) {
    for (const Split split : latents_.splits()) {
      if (split != Split::train) measure(*plan_.heads[h], split, result);
    }
  });
  return trainer_->reused();
}

const std::vector<results::RowEpoch>& HeadRun::rows_of(std::size_t head) const {
  const TrainingState& state = trainer_->state();
  return plan_.together ? state.heads.at(head).rows : state.rows;
}

void HeadRun::record(std::int64_t epoch) {
  for (std::size_t h = 0; h < recorders_.size(); ++h) {
    const bool known = epoch == 0 && !rows_of(h).empty();
    if (recorders_[h] && !known) trainer_->record(recorders_[h]->record(epoch), h);
  }
}

void HeadRun::restore() {
  trainer_->resume();
  if (trainer_->finished()) return;
  throw Error(ErrorCode::data, fmt::format("{} '{}' has been trained for {} of {} epochs",
                                           plan_.together ? "training" : "head", plan_.id,
                                           trainer_->state().epoch, plan_.train.epochs));
}

void HeadRun::run_epochs() {
  trainer_->resume();
  if (epochs_) epochs_->show(trainer_->epoch());
  record(0);
  while (!trainer_->finished()) {
    const std::int64_t epoch = trainer_->epoch();
    if (epochs_) epochs_->show(epoch);
    trainer_->train_epoch();
    const auto test = trainable_->measure_heads(Split::test, epoch);
    std::vector<results::Measurement> validation(test.size());
    if (!latents_.validation.empty()) {
      validation = trainable_->measure_heads(Split::validation, epoch);
    }
    record(epoch + 1);
    std::vector<Trainer::Found> found;
    for (std::size_t h = 0; h < test.size(); ++h) found.push_back({test[h], validation[h]});
    plan_.together ? trainer_->finish_epoch_of_heads(found, plan_.weights)
                   : trainer_->finish_epoch(found.front());
  }
}

/// By all that the head asks for, once it has been trained.
void HeadRun::measure(const config::HeadNode& node, Split split,
                      results::HeadResult& result) const {
  at::NoGradGuard no_grad;
  const std::size_t head = place_of(node);
  const Head& made = *heads_[head];
  const at::Tensor output = made.forward(trainable_->rows(split, trainer_->epoch(), head));
  const Answers answers{.output = output,
                        .classes = made.predict(output),
                        .targets = latents_.of(split).targets,
                        .class_count = env_.shapes.datasets.at(plan_.nodes.dataset->id).classes};
  auto& found = result.metrics[split_name(split)] =
      measure_all(answers, plan_.heads[head]->metrics);
  found.merge(measure_own(made, answers));
  if (auto counts = confusion_of(answers); !counts.empty()) {
    result.confusion[split_name(split)] = std::move(counts);
  }
}

Description HeadRun::description() const {
  if (!plan_.together) return describe_head(path_of(0));
  std::vector<HeadPath> paths;
  for (std::size_t h = 0; h < heads_.size(); ++h) paths.push_back(path_of(h));
  return describe_training(plan_.id, paths);
}

std::size_t HeadRun::place_of(const config::HeadNode& head) const {
  const auto at = std::find(plan_.heads.begin(), plan_.heads.end(), &head) - plan_.heads.begin();
  return static_cast<std::size_t>(at);
}

results::Measurement HeadRun::score(const config::HeadNode& head, Split split) const {
  return trainable_->measure_heads(split, trainer_->epoch()).at(place_of(head));
}

at::Tensor HeadRun::rows(const config::HeadNode& head, Split split) const {
  return trainable_->rows(split, trainer_->epoch(), place_of(head));
}

std::vector<std::pair<std::string, at::Tensor>> HeadRun::all_rows(
    const config::HeadNode& head) const {
  return RowRecorder(path_of(place_of(head))).rows();
}

void HeadRun::damage(const config::HeadNode& head, results::HeadResult& result, Split split) {
  const std::lock_guard lock(damaging_);  // heads of one training share their weights
  result.damage = test_damaged(head.damage, env_.spec.seed, head.id, parameters_, env_.stop,
                               [&] { return score(head, split).accuracy; });
}

/// Parameters of the head and the networks on its path.
std::int64_t HeadRun::parameters_of(std::size_t head) const {
  const HeadPath path = path_of(head);
  std::int64_t count = 0;
  for (const auto& [name, tensor] : parameters_.all()) {
    bool own = name.starts_with(path.node.id + '.');
    for (const auto* network : path.nodes.networks) own |= name.starts_with(network->id + '.');
    if (own) count += tensor.numel();
  }
  return count;
}

void HeadRun::tell(std::size_t head, results::HeadResult& result) const {
  const TrainingState& state = trainer_->state();
  const HeadState* own = plan_.together ? &state.heads.at(head) : nullptr;
  result.parameters = parameters_of(head);
  result.own_metrics = metrics_of(*heads_[head]);
  if (!results::is_accuracy(result.objective())) result.chance = results::unknown;
  result.curve = own ? own->curve : state.curve;
  result.collapsed = own ? own->collapsed : state.collapsed;
  if (recorders_[head]) {
    result.rows = recorders_[head]->names();
    result.row_epochs = rows_of(head);
  }
  if (result.curve.empty()) return;
  if (trainer_->finished()) result.kept_epoch = state.kept.epoch;
  const results::CurvePoint& at = trainer_->finished()
                                      ? result.curve.at(static_cast<std::size_t>(trainer_->epoch()))
                                      : result.curve.back();
  result.test_accuracy = at.test_accuracy;
  result.test_loss = at.test_loss;
  result.validation_accuracy = at.validation_accuracy;
  result.validation_loss = at.validation_loss;
}

}  // namespace glia::train
