// SPDX-License-Identifier: MIT
#include "policy/policy_run.hpp"

#include "core/log.hpp"
#include "core/median.hpp"
#include "graph/tasks.hpp"
#include "policy/ranks.hpp"
#include "results/policies.hpp"
#include "train/path_program.hpp"
#include "train/start_weights.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace glia::policy {
namespace {

constexpr auto checkpoint_interval = std::chrono::seconds(15);

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

std::unique_ptr<Task> make_task(const train::StageWork& work) {
  const auto tasks = graph::tasks_behind(work.environment.spec, work.node);
  const config::PluginUse& use = tasks.front()->use;
  return use.plugin->descriptor->make_task(use.values);
}

std::unique_ptr<train::Optimizer> make_optimizer(const PolicyTrain& settings,
                                                 const at::Tensor& parameters) {
  config::TrainSpec train;
  train.optimizer = settings.optimizer;
  train.settings = settings.settings;
  return train::make_optimizer(train, parameters);
}

}  // namespace

PolicyRun::PolicyRun(const train::StageWork& work)
    : work_(work),
      path_(work.environment.shapes.policies.at(work.node.id)),
      settings_(train_of(static_cast<const config::TableNode&>(work.node))),
      result_(work.results.heads.at(work.node.id)),
      task_(make_task(work)),
      parameters_(work.environment.spec.seed, work.node.id),
      checkpoint_(work.environment.checkpoints, work.stage) {
  networks_ = build_networks(parameters_);
  frozen_ = start(parameters_);
  std::vector<std::size_t> begins;
  auto program = train::program_of(path_, networks_, &begins);
  if (!program || program->parameter_count() != parameters_.count()) {
    throw Error(ErrorCode::internal, "the networks of the policy are no program");
  }
  if (parameters_.count() == frozen_.count()) {
    throw Error(ErrorCode::configuration,
                fmt::format("policy '{}' has no parameters to train", work.node.id));
  }
  flat_ = std::make_unique<train::FlatParameters>(parameters_);
  student_ = std::make_unique<Student>(Student{.environment = work.environment,
                                               .id = work.node.id,
                                               .task = *task_,
                                               .spec = task_->spec(),
                                               .program = std::move(program),
                                               .parameters = *flat_,
                                               .frozen = frozen_,
                                               .carries = {},
                                               .networks = {}});
  for (std::size_t n = 0; n < path_.networks.size(); ++n) {
    const std::string& id = path_.networks[n]->id;
    student_->networks.push_back(id);
    const auto& time = work.environment.shapes.networks.at(id).time;
    if (time) student_->carries.push_back({begins[n], begins[n] + time->ends.back()});
  }
  method_ = Registry<MethodEntry>::all().at(settings_.method).make(settings_.settings, *student_);
  optimizer_ = make_optimizer(settings_, flat_->values());
  validation_ = std::make_unique<Arena>(*student_, 1, settings_.validation_episodes);
  result_.own_metrics = {{.name = results::return_metric, .higher_is_better = true, .unit = ""}};
  result_.parameters = parameters_.count();
}

PolicyRun::~PolicyRun() = default;

std::vector<std::shared_ptr<const wave::Network>> PolicyRun::build_networks(
    ParameterSet& parameters) const {
  std::vector<std::shared_ptr<const wave::Network>> networks;
  for (const auto* network : path_.networks) {
    const graph::NetworkLayout& layout = work_.environment.shapes.networks.at(network->id);
    networks.push_back(std::make_shared<wave::Network>(layout.in.cells(), layout.steps(),
                                                       parameters, network->id + '.'));
  }
  return networks;
}

/// What the networks' files say of their parameters, whose random values are there already.
train::Frozen PolicyRun::start(ParameterSet& parameters) const {
  std::vector<train::StartOf> starts;
  for (const auto* network : path_.networks) starts.emplace_back(*network);
  return train::start_parameters(starts, parameters);
}

bool PolicyRun::run() {
  checkpoint_.load(parameters_, *optimizer_, state_);
  const bool reused = state_.complete;
  if (state_.epoch == 0) {
    if (settings_.starts > 1) choose_start();
    keep(play_validation(0));
  }
  try {
    train();
  } catch (...) {
    fill_curve();  // the generations before a stop or a failure count
    throw;
  }
  fill_curve();
  test();
  return reused;
}

/// Some starts act alike whatever they see, and neighbours of theirs too: no step leads away. Of
/// several, the one with the highest mean return comes into force; number 0 is the one that was there.
void PolicyRun::choose_start() {
  at::NoGradGuard no_grad;
  const std::string purpose = "starts";
  at::Tensor all = at::empty({settings_.starts, flat_->values().numel()}, at::kFloat);
  all[0].copy_(flat_->values());
  for (std::int64_t n = 1; n < settings_.starts; ++n) {
    RandomStream seeds(work_.environment.spec.seed, work_.node.id + '/' + purpose,
                       static_cast<std::uint64_t>(n));
    ParameterSet parameters(seeds.bits(), work_.node.id);
    const auto networks = build_networks(parameters);
    start(parameters);
    all[n].copy_(train::FlatParameters(parameters).values());
  }
  Arena arena(*student_, settings_.starts, settings_.validation_episodes);
  const auto keys = episode_keys(*student_, purpose, 0, settings_.validation_episodes);
  const Played played = arena.play(all.data_ptr<float>(), keys, {.purpose = purpose, .number = 0});
  const auto returns = means_of(played.returns, settings_.validation_episodes);
  const auto best = std::max_element(returns.begin(), returns.end());  // the first of equals
  flat_->values().copy_(all[best - returns.begin()]);
  log().info("{}: start {} of {}, with a mean return of {:.5f}", work_.stage.name,
             best - returns.begin() + 1, settings_.starts, *best);
}

void PolicyRun::train() {
  const auto& environment = work_.environment;
  while (!state_.complete) {
    train_generation();
    if (state_.complete || !environment.stop || !environment.stop()) continue;
    save();
    throw Error(ErrorCode::interrupted,
                fmt::format("stopped after generation {} of stage '{}'; the checkpoint is written",
                            state_.epoch, work_.stage.name));
  }
}

void PolicyRun::train_generation() {
  const auto start = std::chrono::steady_clock::now();
  const auto number = static_cast<std::uint64_t>(state_.epoch);
  const Method::Generation made = method_->gradients(number);
  at::NoGradGuard no_grad;
  const at::Tensor kept = frozen_.empty() ? at::Tensor() : flat_->values().clone();
  if (!frozen_.empty()) frozen_.silence(flat_->gradient());
  optimizer_->step(settings_.learning_rate, flat_->gradient(), flat_->values());
  if (!frozen_.empty()) frozen_.restore(kept, flat_->values());
  if (!at::isfinite(flat_->values()).all().item<bool>()) {
    throw Error(ErrorCode::numeric,
                fmt::format("the parameters of policy '{}' are no finite numbers after generation "
                            "{}",
                            work_.node.id, state_.epoch + 1),
                "lower train.learning_rate");
  }
  const Played played = play_validation(number);
  const double validation_return = mean_of(played.returns);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const results::CurvePoint point{.epoch = state_.epoch + 1,
                                  .train_loss = -made.mean_return,
                                  .seconds = spent.count(),
                                  .validation_accuracy = validation_return,
                                  .validation_loss = -validation_return};
  state_.curve.push_back(point);
  ++state_.epoch;
  judge(played);
  if (state_.complete) finish();
  if (checkpoint_due()) save();
  tell(point, made.steps + played.steps);
}

/// The episodes that choose, the same ones after every generation.
Played PolicyRun::play_validation(std::uint64_t number) {
  const auto keys = episode_keys(*student_, "validation", 0, settings_.validation_episodes);
  return validation_->play(flat_->values().data_ptr<float>(), keys,
                           {.purpose = "validation", .number = number});
}

/// The parameters as they are, the start's or a generation's.
void PolicyRun::keep(const Played& played) {
  state_.kept = {.epoch = state_.epoch, .loss = -mean_of(played.returns), .collapsed = {false}};
  for (const auto& [name, tensor] : parameters_.saved()) {
    state_.kept.tensors.emplace_back(name, tensor.detach().clone());
  }
}

/// Keeps the generation just trained if none was better, and ends the training when nothing is to
/// be gained any more.
void PolicyRun::judge(const Played& played) {
  const train::KeptEpoch& kept = state_.kept;
  if (-mean_of(played.returns) < kept.loss) keep(played);
  const bool waited = settings_.patience > 0 && state_.epoch - kept.epoch >= settings_.patience;
  const auto greatest = student_->spec.greatest;
  const bool perfect = greatest && -kept.loss >= *greatest;
  state_.complete = state_.epoch >= settings_.generations || waited || perfect;
}

/// The parameters that are kept come into force.
void PolicyRun::finish() {
  const auto now = parameters_.saved();
  for (std::size_t i = 0; i < now.size(); ++i) {
    at::Tensor(now[i].second).detach().copy_(state_.kept.tensors.at(i).second);
  }
  state_.kept.tensors.clear();
  log().info(
      "{}: ended after generation {} of {}; kept is generation {} (0: the start), with the highest "
      "validation return",
      work_.stage.name, state_.epoch, settings_.generations, state_.kept.epoch);
}

bool PolicyRun::checkpoint_due() {
  const bool at_epochs = work_.environment.checkpoints_at == train::CheckpointsAt::epochs;
  if (state_.complete) return at_epochs;
  const auto now = std::chrono::steady_clock::now();
  const bool first = at_epochs && state_.epoch == 1;
  if (!first && now - last_checkpoint_ < checkpoint_interval) return false;
  last_checkpoint_ = now;
  return true;
}

void PolicyRun::save() { checkpoint_.save(parameters_, *optimizer_, state_); }

void PolicyRun::tell(const results::CurvePoint& point, std::int64_t steps) const {
  log().info("{}: generation {}/{}: mean return {:.5f}, validation return {:.5f}, {:.2f} s",
             work_.stage.name, point.epoch, settings_.generations, -point.train_loss,
             point.validation_accuracy, point.seconds);
  auto& progress = work_.environment.progress;
  progress.batch(work_.stage.name, point.epoch, settings_.generations, 1, 1);
  progress.epoch({.stage = work_.stage.name,
                  .head = work_.node.id,
                  .epoch = point.epoch,
                  .epochs = settings_.generations,
                  .last = state_.complete,
                  .train_loss = point.train_loss,
                  .objective = result_.objective(),
                  .validation_accuracy = point.validation_accuracy,
                  .seconds = point.seconds,
                  .samples = steps});
}

void PolicyRun::fill_curve() {
  result_.curve = state_.curve;
  if (!std::isfinite(state_.kept.loss)) return;
  result_.kept_epoch = state_.kept.epoch;
  result_.validation_accuracy = -state_.kept.loss;
  result_.validation_loss = state_.kept.loss;
}

/// On episodes that nothing was chosen by.
void PolicyRun::test() {
  const auto keys = episode_keys(*student_, "test", 0, settings_.test_episodes);
  Arena arena(*student_, 1, settings_.test_episodes);
  const Played played =
      arena.play(flat_->values().data_ptr<float>(), keys, {.purpose = "test", .number = 0});
  const double mean = mean_of(played.returns);
  result_.test_accuracy = mean;
  result_.test_loss = -mean;
  result_.collapsed = std::count(played.used.begin(), played.used.end(), true) == 1;
  auto& metrics = result_.metrics["test"];
  for (const Measure& measure : played.measures) metrics[measure.name] = median_of(measure.values);
  const auto& baselines = student_->spec.baselines;
  std::map<std::string, double> returns;
  for (std::size_t b = 0; b < baselines.size(); ++b) {
    returns[baselines[b].name] = mean_of(arena.play_baseline(b, keys).returns);
    metrics["baseline_" + baselines[b].name] = returns[baselines[b].name];
  }
  if (!student_->spec.score) return;
  const double low = returns.at(student_->spec.score->first);
  for (const auto& [name, value] : returns) {
    if (name != student_->spec.score->first)
      metrics["share_of_" + name] = (mean - low) / (value - low);
  }
  metrics["score"] = (mean - low) / (returns.at(student_->spec.score->second) - low);
}

}  // namespace glia::policy
