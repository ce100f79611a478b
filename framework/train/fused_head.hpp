// SPDX-License-Identifier: MIT
#pragma once

#include "train/head_path.hpp"
#include "train/head_test.hpp"
#include "train/latent_tap.hpp"
#include "train/trainable.hpp"
#include "wave/learner.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace glia::train {

/// A head whose whole path the engine knows: dataset -> encoder -> networks and head, where the
/// last node makes the steps of several batches per message, without autograd. Messages carry no
/// tensors: what they stand for lies in slots that are used again.
class FusedHead final : public Trainable {
 public:
  /// The program of the path, or null: then the head must be trained through autograd.
  static std::shared_ptr<const wave::Program> program_of(const HeadPath& path);

  FusedHead(const HeadPath& path, std::shared_ptr<const wave::Program> program);

  const ParameterSet& named_parameters() const override { return path_.parameters; }
  const FlatParameters& parameters() const override { return parameters_; }
  std::uint64_t batches_per_message() const override;
  graph::GraphPlan feed(const Epoch& epoch, std::uint64_t per_message) override;
  graph::GraphNode learner() const override;
  double gradients(const graph::Message& message, const Epoch& epoch, std::uint64_t batch,
                   std::uint64_t place) override;
  results::Measurement measure(Split split, std::int64_t epoch) override;
  at::Tensor rows(Split split, std::int64_t epoch, std::size_t head) override;

 private:
  /// Room for what one message under way stands for.
  struct Slot {
    std::vector<std::vector<std::uint32_t>> samples;  // per batch
    wave::Memory<float> rows, values;
    std::vector<std::int32_t> labels;
    std::vector<wave::TiledBatch> batches;
  };

  Slot& slot_of(std::vector<Slot>& slots, std::uint64_t message) const {
    return slots[message % slots.size()];
  }
  std::vector<Slot> make_slots(std::int64_t samples_per_batch, std::int64_t batches) const;
  /// Fills rows and targets of a batch with samples of the tap.
  void draw(const LatentTap& tap, std::span<const std::uint32_t> samples, wave::TiledBatch& batch,
            std::uint64_t key) const;
  /// The same with the training samples that batch `i` of the slot holds.
  void draw_training(Slot& slot, std::size_t i, std::uint64_t key) const;
  LatentTap tap_of(const EncodedSplit& latents, Split split) const;
  /// Parameters of the program that makes the row; those of the head come behind them.
  std::span<const float> row_parameters() const;
  struct TestPass;
  /// Runs a split through the program, several messages at a time; the sum of what `visit` found.
  HeadScore test(Split split, std::int64_t epoch,
                 const std::function<HeadScore(const TestPass&)>& visit);

  HeadPath path_;
  FlatParameters parameters_;
  std::shared_ptr<const wave::Program> program_;  ///< makes the row that the head reads
  wave::Learner learner_;
  LatentTap train_tap_;
  std::vector<Slot> train_slots_, test_slots_;
  std::vector<wave::TileMemory> test_memories_;
};

}  // namespace glia::train
