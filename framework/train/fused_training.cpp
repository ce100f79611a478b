// SPDX-License-Identifier: MIT
#include "train/fused_training.hpp"

#include "train/describe.hpp"
#include "train/head_test.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace glia::train {
namespace {

using wave::tile_samples;

std::int64_t tiles_of(std::int64_t samples) { return (samples + tile_samples - 1) / tile_samples; }

/// The rows [samples, out] that a program left in tiles.
at::Tensor to_rows(const float* tile, std::int64_t out, std::int64_t samples) {
  return at::from_blob(const_cast<float*>(tile), {out, tile_samples}, at::kFloat)
      .narrow(1, 0, samples)
      .t();
}

}  // namespace

std::vector<RandomStream> HeadPath::streams(const std::string& purpose, std::uint64_t key) const {
  std::vector<RandomStream> all;
  for (const auto* network : chain.networks) {
    all.emplace_back(environment.spec.seed, network->id + '/' + purpose, key);
  }
  return all;
}

std::uint64_t FusedTraining::batches_per_message(std::int64_t batch_size) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, 1024 / batch_size));
}

std::shared_ptr<const wave::Program> FusedTraining::program_of(const HeadPath& path) {
  if (path.head.fused_loss() == FusedLoss::none || path.networks.empty()) return nullptr;
  std::vector<std::shared_ptr<const wave::Program>> programs;
  for (const auto& network : path.networks) {
    programs.push_back(network->program());
    if (!programs.back()) return nullptr;
  }
  auto program = std::make_shared<const wave::Program>(wave::join(programs));
  return program->parameter_count() == path.parameters.count() ? program : nullptr;
}

FusedTraining::FusedTraining(const HeadPath& path, std::shared_ptr<const wave::Program> program,
                             TrainingLoop& loop)
    : path_(path),
      program_(std::move(program)),
      loop_(loop),
      learner_(program_, path.head.fused_loss()),
      train_tap_(path.latents.train, path.environment.spec.seed, path.chain.encoder->id + "/train"),
      test_tap_(path.latents.test, path.environment.spec.seed, path.chain.encoder->id + "/test") {
  const std::int64_t batch = std::min(path.node.train.batch_size, train_tap_.size());
  train_slots_ =
      make_slots(batch, static_cast<std::int64_t>(batches_per_message(path.node.train.batch_size)));
  test_slots_ = make_slots(test_batch, 1);
  for (std::size_t i = 0; i < test_slots_.size(); ++i) {
    test_memories_.emplace_back(*program_, learner_.schedule(), false);
  }
  loop_.keep_state_elsewhere([this] { load(); }, [this] { save(); });
}

std::vector<FusedTraining::Slot> FusedTraining::make_slots(std::int64_t samples_per_batch,
                                                           std::int64_t batches) const {
  // A message is put in only when an earlier one has left, so those under way are neighbours.
  std::vector<Slot> slots(graph::default_credits(path_.environment.threads));
  const bool classes = path_.head.fused_loss() == FusedLoss::cross_entropy;
  for (Slot& slot : slots) {
    const std::int64_t columns = tiles_of(samples_per_batch) * tile_samples;
    slot.samples.resize(static_cast<std::size_t>(batches));
    slot.batches.resize(static_cast<std::size_t>(batches));
    slot.rows = wave::Memory<float>(batches * columns * program_->in());
    if (classes) {
      slot.labels.resize(static_cast<std::size_t>(batches * columns));
    } else {
      slot.values = wave::Memory<float>(batches * columns * program_->out());
    }
    for (std::int64_t b = 0; b < batches; ++b) {
      auto& batch = slot.batches[static_cast<std::size_t>(b)];
      batch.rows = slot.rows.data() + b * columns * program_->in();
      batch.labels = classes ? slot.labels.data() + b * columns : nullptr;
      batch.values = classes ? nullptr : slot.values.data() + b * columns * program_->out();
    }
  }
  return slots;
}

void FusedTraining::draw(const LatentTap& tap, Slot& slot, std::size_t i, std::uint64_t key) const {
  wave::TiledBatch& batch = slot.batches[i];
  const auto& samples = slot.samples[i];
  batch.samples = static_cast<std::int64_t>(samples.size());
  tap.rows(samples, key, const_cast<float*>(batch.rows));
  if (batch.labels) {
    tap.labels(samples, const_cast<std::int32_t*>(batch.labels));
  } else {
    tap.values(samples, const_cast<float*>(batch.values));
  }
}

graph::GraphPlan FusedTraining::training_plan() {
  graph::GraphPlan plan;
  const auto& chain = path_.chain;
  plan.nodes.push_back({chain.dataset->id,
                        describe(chain.dataset->use),
                        {},
                        0,
                        false,
                        [this](const graph::Message& m) {
                          Slot& slot = slot_of(train_slots_, m.number());
                          const auto batches = loop_.batches(m.number());
                          for (auto b = batches.first; b < batches.last; ++b) {
                            slot.samples[b - batches.first] = loop_.batch(b);
                          }
                          return graph::Tensors{};
                        }});
  plan.nodes.push_back({chain.encoder->id,
                        describe(chain.encoder->use),
                        {0},
                        0,
                        false,
                        [this](const graph::Message& m) {
                          Slot& slot = slot_of(train_slots_, m.number());
                          const auto batches = loop_.batches(m.number());
                          for (auto b = batches.first; b < batches.last; ++b) {
                            draw(train_tap_, slot, b - batches.first, loop_.key(b));
                          }
                          return graph::Tensors{};
                        }});
  plan.nodes.push_back(
      {path_.node.id, describe(path_.node.use), {1}, 1, false, [this](const graph::Message& m) {
         learn(m);
         return graph::Tensors{};
       }});
  return plan;
}

void FusedTraining::learn(const graph::Message& message) {
  const Slot& slot = slot_of(train_slots_, message.number());
  const auto batches = loop_.batches(message.number());
  std::vector<RandomStream> streams;
  for (auto b = batches.first; b < batches.last; ++b) {
    if (program_->random()) streams = path_.streams("train", loop_.key(b));
    loop_.book(b, learner_.gradients(slot.batches[b - batches.first], streams));
    if (path_.node.train.optimizer == "adam") {
      learner_.adam(loop_.learning_rate(b), path_.node.train.epsilon);
    } else {
      learner_.descend(loop_.learning_rate(b));
    }
  }
}

TrainingLoop::Test FusedTraining::test() {
  const wave::Scorer scorer(program_, learner_.parameters());
  const bool classes = path_.head.fused_loss() == FusedLoss::cross_entropy;
  const std::int64_t n = test_tap_.size();
  const auto encode = [&](const graph::Message& m) {
    Slot& slot = slot_of(test_slots_, m.number());
    const std::int64_t first = static_cast<std::int64_t>(m.number()) * test_batch;
    slot.samples[0].resize(static_cast<std::size_t>(std::min(test_batch, n - first)));
    std::iota(slot.samples[0].begin(), slot.samples[0].end(), static_cast<std::uint32_t>(first));
    draw(test_tap_, slot, 0, loop_.test_key(m.number()));
    return graph::Tensors{};
  };
  std::vector<HeadScore> scores(test_slots_.size());
  const auto score = [&](const graph::Message& m) {
    const Slot& slot = slot_of(test_slots_, m.number());
    const auto& memory = test_memories_[m.number() % test_slots_.size()];
    const auto streams = path_.streams("test", loop_.test_key(m.number()));
    HeadScore& found = scores[m.number() % scores.size()];
    if (classes) {
      const wave::Score s = scorer.classify(slot.batches[0], streams, memory);
      found = {static_cast<double>(s.correct), s.loss, s.lowest, s.highest};
      return graph::Tensors{};
    }
    at::Tensor rows = at::empty({slot.batches[0].samples, program_->out()}, at::kFloat);
    for (std::int64_t t = 0; t < slot.batches[0].tiles(); ++t) {
      const std::int64_t first = t * tile_samples;
      const std::int64_t count = std::min(tile_samples, slot.batches[0].samples - first);
      const float* tile = slot.batches[0].rows + t * program_->in() * tile_samples;
      rows.narrow(0, first, count)
          .copy_(to_rows(scorer.forward(tile, t, streams, memory), program_->out(), count));
    }
    const at::Tensor targets = path_.latents.test.targets.narrow(
        0, static_cast<std::int64_t>(m.number()) * test_batch, slot.batches[0].samples);
    found = score_head(path_.head, rows, targets);
    return graph::Tensors{};
  };
  HeadScore total;
  graph::GraphPlan plan;
  plan.nodes.push_back(
      {path_.chain.encoder->id, describe(path_.chain.encoder->use), {}, 0, false, encode});
  plan.nodes.push_back({path_.node.id, describe(path_.node.use), {0}, 0, false, score});
  plan.nodes.push_back(
      {path_.node.id + " (tally)", "", {1}, 2, false, [&](const graph::Message& m) {
         total.add(scores[m.number() % scores.size()]);
         return graph::Tensors{};
       }});
  graph::run_flow_graph(plan, {0, batch_count(n, test_batch)}, {path_.environment.threads});
  return total.as_test(n);
}

void FusedTraining::load() {
  auto flat = learner_.parameters().begin();
  for (const auto& [name, p] : path_.parameters.all()) {
    flat = std::copy_n(p.data_ptr<float>(), p.numel(), flat);
  }
  const NamedTensors state = loop_.optimizer().state();
  if (state.empty()) return;
  learner_.steps = state[0].second.item<std::int64_t>();
  auto first = learner_.first_moments().begin(), second = learner_.second_moments().begin();
  for (std::size_t i = 1; i + 1 < state.size(); i += 2) {
    first = std::copy_n(state[i].second.data_ptr<float>(), state[i].second.numel(), first);
    second =
        std::copy_n(state[i + 1].second.data_ptr<float>(), state[i + 1].second.numel(), second);
  }
}

void FusedTraining::save() {
  auto flat = learner_.parameters().begin();
  for (const auto& [name, p] : path_.parameters.all()) {
    std::copy_n(flat, p.numel(), p.data_ptr<float>());
    flat += p.numel();
  }
  const NamedTensors state = loop_.optimizer().state();
  if (state.empty()) return;
  *state[0].second.data_ptr<std::int64_t>() = learner_.steps;
  auto first = learner_.first_moments().begin(), second = learner_.second_moments().begin();
  for (std::size_t i = 1; i + 1 < state.size(); i += 2) {
    std::copy_n(first, state[i].second.numel(), state[i].second.data_ptr<float>());
    std::copy_n(second, state[i].second.numel(), state[i + 1].second.data_ptr<float>());
    first += state[i].second.numel();
    second += state[i].second.numel();
  }
}

}  // namespace glia::train
