// SPDX-License-Identifier: MIT
#include "train/head_training.hpp"

#include "train/damage.hpp"
#include "train/describe.hpp"
#include "train/fused_training.hpp"
#include "train/head_test.hpp"
#include "train/row_record.hpp"
#include "train/training_loop.hpp"
#include "wave/network.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>

#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

namespace glia::train {
namespace {

/// dataset -> encoder -> networks -> head, as one batch graph for training and one for testing.
/// What the engine does not know from end to end is trained through autograd, node by node.
class HeadTraining final : public HeadRun {
 public:
  HeadTraining(const Environment& environment, const graph::Stage& stage,
               const config::HeadNode& node, const Encoded& latents)
      : env_(environment),
        node_(node),
        chain_(environment.shapes.heads.at(node.id)),
        latents_(latents),
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
    const HeadPath path{env_, node_, chain_, latents_, parameters_, networks_, *head_};
    const auto program = FusedTraining::program_of(path);
    loop_ = std::make_unique<TrainingLoop>(
        environment, stage, node.train, parameters_, latents.train.size(), chain_.dataset->id,
        environment.spec.seed,
        program ? FusedTraining::batches_per_message(node.train.batch_size) : 1);
    if (program) fused_ = std::make_unique<FusedTraining>(path, program, *loop_);
    if (!node_.record_rows) return;
    recorder_ = std::make_unique<RowRecorder>(path);
    loop_->record_rows([this](std::int64_t epoch) { return recorder_->record(epoch); });
  }

  void before_epochs(std::function<void(std::int64_t)> before) override {
    loop_->around_epochs(std::move(before), {});
  }

  bool train(HeadResult& result) override {
    try {
      if (fused_) {
        loop_->run(fused_->training_plan(), [this] { return fused_->test(); });
      } else {
        loop_->run(training_plan(), [this] { return test(); });
      }
    } catch (...) {
      tell(result);  // the epochs before a stop or a failure count
      throw;
    }
    tell(result);
    return loop_->reused();
  }

  void damage(HeadResult& result) override {
    result.damage =
        test_damaged(node_.damage, env_.spec.seed, node_.id, parameters_, env_.stop, [&] {
          if (fused_) fused_->load();
          return (fused_ ? fused_->test() : test()).accuracy;
        });
    if (fused_) fused_->load();
  }

 private:
  void tell(HeadResult& result) const {
    const TrainingState& state = loop_->state();
    result.parameters = parameters_.count();
    result.curve = state.curve;
    result.collapsed = state.collapsed;
    if (recorder_) result.rows = recorder_->names(), result.row_epochs = state.rows;
    if (!state.curve.empty()) {
      result.test_accuracy = state.curve.back().test_accuracy;
      result.test_loss = state.curve.back().test_loss;
    }
  }

  /// Nodes shared by training and testing; `indices` gives the samples of a message, `stream` names
  /// the draws. Networks and head are left to the caller's region and grad mode.
  graph::GraphPlan plan(bool training, const EncodedSplit& split, const std::string& purpose,
                        std::function<at::Tensor(std::uint64_t)> indices) {
    const int region = training ? 1 : 0;
    const auto key = [=, this](const graph::Message& m) {
      return training ? loop_->key(m.number()) : loop_->test_key(m.number());
    };
    graph::GraphPlan plan;
    plan.nodes.push_back({chain_.dataset->id,
                          describe(chain_.dataset->use),
                          {},
                          0,
                          false,
                          [=, &split](const graph::Message& m) {
                            const at::Tensor chosen = indices(m.number());
                            return graph::Tensors{chosen, split.targets.index_select(0, chosen)};
                          }});
    const auto* encoder = chain_.encoder;
    plan.nodes.push_back({encoder->id,
                          describe(encoder->use),
                          {0},
                          0,
                          false,
                          [=, this, &split](const graph::Message& m) {
                            return graph::Tensors{latent_rows(env_, split, m.output_of(0)[0],
                                                              encoder->id + '/' + purpose, key(m))};
                          }});
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      const std::string id = chain_.networks[i]->id;
      plan.nodes.push_back({id, "", {i + 1}, region, training, [=, this](const graph::Message& m) {
                              RandomStream random(env_.spec.seed, id + '/' + purpose, key(m));
                              ForwardContext context{training, &random};
                              return graph::Tensors{
                                  networks_[i]->forward(m.output_of(i + 1)[0], context)};
                            }});
    }
    return plan;
  }

  graph::GraphPlan training_plan() {
    graph::GraphPlan p = plan(true, latents_.train, "train", [this](std::uint64_t number) {
      return indices_of(loop_->batch(number));
    });
    const std::size_t last = p.nodes.size() - 1;
    p.nodes.push_back(
        {node_.id, describe(node_.use), {last}, 1, true, [this, last](const graph::Message& m) {
           const at::Tensor& targets = m.output_of(0)[1];
           const at::Tensor output = head_->forward(m.output_of(last)[0]);
           loop_->learn(m.number(), head_->loss(output, targets),
                        static_cast<double>(targets.size(0)));
           return graph::Tensors{};
         }});
    return p;
  }

  TrainingLoop::Test test() {
    const at::Tensor order = at::arange(latents_.test.size(), at::kLong);
    graph::GraphPlan p = plan(false, latents_.test, "test", [&order](std::uint64_t number) {
      return batch_of(order, number, test_batch);
    });
    const std::size_t last = p.nodes.size() - 1;
    p.nodes.push_back(
        {node_.id, describe(node_.use), {last}, 0, false, [this, last](const graph::Message& m) {
           const at::Tensor& targets = m.output_of(0)[1];
           const HeadScore s = score_head(*head_, m.output_of(last)[0], targets);
           return graph::Tensors{at::tensor(
               {s.score, s.loss, static_cast<double>(s.lowest), static_cast<double>(s.highest)},
               at::kDouble)};
         }});
    HeadScore total;
    p.nodes.push_back(
        {node_.id + " (tally)", "", {last + 1}, 2, false, [&, last](const graph::Message& m) {
           const double* s = m.output_of(last + 1)[0].data_ptr<double>();
           total.add(
               {s[0], s[1], static_cast<std::int64_t>(s[2]), static_cast<std::int64_t>(s[3])});
           return graph::Tensors{};
         }});
    graph::run_flow_graph(p, {0, batch_count(latents_.test.size(), test_batch)}, {env_.threads});
    return total.as_test(latents_.test.size());
  }

  const Environment& env_;
  const config::HeadNode& node_;
  const graph::Chain& chain_;
  const Encoded& latents_;
  ParameterSet parameters_;
  std::vector<std::unique_ptr<wave::Network>> networks_;
  std::unique_ptr<Head> head_;
  std::unique_ptr<TrainingLoop> loop_;
  std::unique_ptr<FusedTraining> fused_;
  std::unique_ptr<RowRecorder> recorder_;
};

}  // namespace

HeadScore score_head(const Head& head, const at::Tensor& rows, const at::Tensor& targets) {
  const at::Tensor output = head.forward(rows);
  const at::Tensor scores = head.score(output, targets), classes = head.predict(output);
  HeadScore found;
  found.score = scores.sum(at::kDouble).item<double>();
  found.loss = head.loss(output, targets).item<double>() * static_cast<double>(rows.size(0));
  if (classes.defined()) {
    found.lowest = classes.min().item<std::int64_t>();
    found.highest = classes.max().item<std::int64_t>();
  }
  return found;
}

HeadRun::~HeadRun() = default;

std::unique_ptr<HeadRun> make_head_run(const Environment& environment, const graph::Stage& stage,
                                       const config::HeadNode& node, const Encoded& latents) {
  return std::make_unique<HeadTraining>(environment, stage, node, latents);
}

}  // namespace glia::train
