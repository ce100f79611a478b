// SPDX-License-Identifier: MIT
#include "train/fused_head.hpp"

#include "results/metric_text.hpp"
#include "train/describe.hpp"
#include "train/head_test.hpp"
#include "train/path_program.hpp"
#include "wave/readout.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/pass_readout.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace glia::train {
namespace {

using wave::tile_samples;

std::int64_t tiles_of(std::int64_t samples) { return (samples + tile_samples - 1) / tile_samples; }

/// The rows [samples, out] that a program left in tiles.
at::Tensor to_rows(const float* tile, std::int64_t out, std::int64_t samples) {
  return at::from_blob(const_cast<float*>(tile), {out, wave::stride_for<float>(samples)},
                       at::kFloat)
      .narrow(1, 0, samples)
      .t();
}

/// How the head reads the states of several passes, if that is what it does.
std::optional<PassReading> reading_of(const Head& head) {
  const auto* readout = dynamic_cast<const PassReadout*>(&head);
  return readout ? std::optional(readout->reading()) : std::nullopt;
}

FusedLoss loss_of(const Head& head) {
  return reading_of(head) ? FusedLoss::cross_entropy : head.fused_loss();
}

/// What is trained: the path's program, and behind it what the head has of its own.
std::shared_ptr<const wave::Program> learned(std::shared_ptr<const wave::Program> program,
                                             const Head& head) {
  const auto reading = reading_of(head);
  if (!reading) return program;
  return std::make_shared<const wave::Program>(wave::read_out(
      *program, static_cast<std::int64_t>(reading->shares.size()), reading->classes));
}

std::vector<double> shares_of(const Head& head) {
  const auto reading = reading_of(head);
  return reading ? reading->shares : std::vector<double>{1};
}

}  // namespace

std::shared_ptr<const wave::Program> FusedHead::program_of(const HeadPath& path) {
  if (loss_of(path.head) == FusedLoss::none) return nullptr;
  auto program = train::program_of(path.nodes, path.networks);
  if (!program) return nullptr;
  const auto parameters = learned(program, path.head)->parameter_count();
  return parameters == path.parameters.count() ? program : nullptr;
}

FusedHead::FusedHead(const HeadPath& path, std::shared_ptr<const wave::Program> program)
    : path_(path),
      parameters_(path.parameters),
      program_(std::move(program)),
      learner_(learned(program_, path.head), loss_of(path.head), numbers_of(parameters_.values()),
               numbers_of(parameters_.gradient()), 0, shares_of(path.head)),
      train_tap_(tap_of(path.latents.train, Split::train)) {
  // The latents of an encoder that is trained jointly change in their place with every epoch.
  const bool stay = !path.augmented && !path.nodes.encoder->joint();
  if (path.train.shuffle && stay) train_tap_.pack();
  const std::int64_t batch = std::min(path.train.batch_size, train_tap_.size());
  train_slots_ = make_slots(batch, static_cast<std::int64_t>(batches_per_message()));
  test_slots_ = make_slots(test_batch, 1);
  const wave::Scorer scorer(program_, row_parameters());
  for (std::size_t i = 0; i < test_slots_.size(); ++i) {
    test_memories_.push_back(scorer.make_memory());
  }
}

std::span<const float> FusedHead::row_parameters() const {
  return numbers_of(parameters_.values())
      .first(static_cast<std::size_t>(program_->parameter_count()));
}

LatentTap FusedHead::tap_of(const EncodedSplit& latents, Split split) const {
  return {latents, path_.environment.spec.seed, path_.nodes.encoder->id + '/' + split_name(split)};
}

std::uint64_t FusedHead::batches_per_message() const {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, 1024 / path_.train.batch_size));
}

graph::GraphNode FusedHead::learner() const {
  return {.name = path_.node.id, .what = describe(path_.node.use)};
}

std::vector<FusedHead::Slot> FusedHead::make_slots(std::int64_t samples_per_batch,
                                                   std::int64_t batches) const {
  // A message is put in only when an earlier one has left, so those under way are neighbours.
  std::vector<Slot> slots(graph::default_credits(path_.environment.threads));
  const bool classes = loss_of(path_.head) == FusedLoss::cross_entropy;
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

void FusedHead::draw(const LatentTap& tap, std::span<const std::uint32_t> samples,
                     wave::TiledBatch& batch, std::uint64_t key) const {
  batch.samples = static_cast<std::int64_t>(samples.size());
  tap.rows(samples, key, const_cast<float*>(batch.rows));
  if (batch.labels) {
    tap.labels(samples, const_cast<std::int32_t*>(batch.labels));
  } else {
    tap.values(samples, const_cast<float*>(batch.values));
  }
}

void FusedHead::draw_training(Slot& slot, std::size_t i, std::uint64_t key) const {
  const auto& samples = slot.samples[i];
  if (!path_.augmented) return draw(train_tap_, samples, slot.batches[i], key);
  const EncodedSplit now = path_.augmented->rows(indices_of(samples), epoch_of(key));
  std::vector<std::uint32_t> all(samples.size());
  std::iota(all.begin(), all.end(), 0U);
  draw(tap_of(now, Split::train), all, slot.batches[i], key);
}

graph::GraphPlan FusedHead::feed(const Epoch& epoch, std::uint64_t per_message) {
  const auto batches = [&epoch, per_message](const graph::Message& m) {
    const std::uint64_t first = m.number() * per_message;
    return Batches{first, std::min(first + per_message, epoch.batches())};
  };
  const auto choose = [this, &epoch, batches](const graph::Message& m) {
    Slot& slot = slot_of(train_slots_, m.number());
    const auto [first, last] = batches(m);
    for (auto b = first; b < last; ++b) slot.samples[b - first] = epoch.samples(b);
    return graph::Tensors{};
  };
  const auto encode = [this, &epoch, batches](const graph::Message& m) {
    Slot& slot = slot_of(train_slots_, m.number());
    const auto [first, last] = batches(m);
    for (auto b = first; b < last; ++b) draw_training(slot, b - first, epoch.key(b));
    return graph::Tensors{};
  };
  const auto& nodes = path_.nodes;
  graph::GraphPlan plan;
  plan.nodes.push_back(
      {.name = nodes.dataset->id, .what = describe(nodes.dataset->use), .body = choose});
  plan.nodes.push_back({.name = nodes.encoder->id,
                        .what = describe(nodes.encoder->use),
                        .inputs = {0},
                        .body = encode});
  return plan;
}

double FusedHead::gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                            std::uint64_t place) {
  std::vector<RandomStream> streams;
  if (program_->random()) streams = path_.streams("train", epoch.key(batch));
  return learner_.gradients(slot_of(train_slots_, message.number()).batches[place], streams);
}

/// One message of a test: some samples in tiles, and where in the split they stand.
struct FusedHead::TestPass {
  const wave::Scorer& scorer;
  const wave::TiledBatch& batch;
  const std::vector<RandomStream> streams;
  const wave::TileMemory& memory;
  std::int64_t first;

  /// Their last rows [batch.samples, out].
  at::Tensor rows() const {
    const wave::Program& program = scorer.program();
    at::Tensor all = at::empty({batch.samples, program.out()}, at::kFloat);
    for (std::int64_t t = 0; t < batch.tiles(); ++t) {
      const std::int64_t begin = t * tile_samples;
      const std::int64_t count = std::min(tile_samples, batch.samples - begin);
      const float* tile = batch.rows + t * program.in() * tile_samples;
      all.narrow(0, begin, count)
          .copy_(to_rows(scorer.forward(tile, t, count, streams, memory), program.out(), count));
    }
    return all;
  }
};

HeadScore FusedHead::test(Split split, std::int64_t epoch,
                          const std::function<HeadScore(const TestPass&)>& visit) {
  const wave::Scorer scorer(program_, row_parameters());
  const LatentTap tap = tap_of(path_.latents.of(split), split);
  const std::string purpose = split_name(split);
  const std::int64_t n = tap.size();
  const auto encode = [&](const graph::Message& m) {
    Slot& slot = slot_of(test_slots_, m.number());
    const std::int64_t first = static_cast<std::int64_t>(m.number()) * test_batch;
    slot.samples[0].resize(static_cast<std::size_t>(std::min(test_batch, n - first)));
    std::iota(slot.samples[0].begin(), slot.samples[0].end(), static_cast<std::uint32_t>(first));
    draw(tap, slot.samples[0], slot.batches[0], batch_key(epoch, m.number()));
    return graph::Tensors{};
  };
  std::vector<HeadScore> scores(test_slots_.size());
  const auto score = [&](const graph::Message& m) {
    scores[m.number() % scores.size()] =
        visit({.scorer = scorer,
               .batch = slot_of(test_slots_, m.number()).batches[0],
               .streams = path_.streams(purpose, batch_key(epoch, m.number())),
               .memory = test_memories_[m.number() % test_slots_.size()],
               .first = static_cast<std::int64_t>(m.number()) * test_batch});
    return graph::Tensors{};
  };
  HeadScore total;
  graph::GraphPlan plan;
  const auto& encoder = *path_.nodes.encoder;
  plan.nodes.push_back({.name = encoder.id, .what = describe(encoder.use), .body = encode});
  plan.nodes.push_back(
      {.name = path_.node.id, .what = describe(path_.node.use), .inputs = {0}, .body = score});
  plan.nodes.push_back({.name = path_.node.id + " (tally)",
                        .inputs = {1},
                        .region = 2,
                        .body = [&](const graph::Message& m) {
                          total.add(scores[m.number() % scores.size()]);
                          return graph::Tensors{};
                        }});
  graph::run_flow_graph(plan, {0, batch_count(n, test_batch)}, {path_.environment.threads});
  return total;
}

results::Measurement FusedHead::measure(Split split, std::int64_t epoch) {
  const EncodedSplit& latents = path_.latents.of(split);
  const bool accuracy = path_.head.fused_loss() == FusedLoss::cross_entropy &&
                        results::is_accuracy(path_.head.metrics().front());
  const auto found = test(split, epoch, [&](const TestPass& pass) -> HeadScore {
    if (accuracy) {  // the share of right answers, which the engine counts by itself
      const wave::Score s = pass.scorer.classify(pass.batch, pass.streams, pass.memory);
      return {static_cast<double>(s.correct), s.loss, s.lowest, s.highest};
    }
    return score_head(path_.head, pass.rows(),
                      latents.targets.narrow(0, pass.first, pass.batch.samples));
  });
  return found.over(latents.size());
}

at::Tensor FusedHead::rows(Split split, std::int64_t epoch, std::size_t) {
  const at::Tensor all = at::empty({path_.latents.of(split).size(), program_->out()}, at::kFloat);
  test(split, epoch, [&](const TestPass& pass) -> HeadScore {
    all.narrow(0, pass.first, pass.batch.samples).copy_(pass.rows());
    return {};
  });
  return all;
}

}  // namespace glia::train
