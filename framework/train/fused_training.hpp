// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"
#include "train/latent_tap.hpp"
#include "train/training_loop.hpp"
#include "wave/learner.hpp"
#include "wave/network.hpp"

#include <glia/sdk/head.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glia::train {

/// What the batch graph of a head needs to know of its path.
struct HeadPath {
  const Environment& environment;
  const config::HeadNode& node;
  const graph::Chain& chain;
  const Encoded& latents;
  const ParameterSet& parameters;
  const std::vector<std::unique_ptr<wave::Network>>& networks;
  const Head& head;

  /// Keyed "<network>/<purpose>", one per network, for message `key`.
  std::vector<RandomStream> streams(const std::string& purpose, std::uint64_t key) const;
};

/// Trains a head whose whole path the engine knows: dataset -> encoder -> networks and head, where
/// the last node makes the steps of several batches per message, without autograd. Messages carry
/// no tensors: what they stand for lies in slots that are used again.
class FusedTraining {
 public:
  /// Batches of one message: enough to make the graph's own cost vanish.
  static std::uint64_t batches_per_message(std::int64_t batch_size);
  /// The program of the whole path, or null: then the head must be trained through autograd.
  static std::shared_ptr<const wave::Program> program_of(const HeadPath& path);

  FusedTraining(const HeadPath& path, std::shared_ptr<const wave::Program> program,
                TrainingLoop& loop);

  graph::GraphPlan training_plan();
  TrainingLoop::Test test();

  /// Brings parameters and the optimiser's state here from where the path and the loop keep them.
  void load();
  /// And back.
  void save();

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
  /// Fills rows and targets of batch `i` of the slot.
  void draw(const LatentTap& tap, Slot& slot, std::size_t i, std::uint64_t key) const;
  void learn(const graph::Message& message);

  HeadPath path_;
  std::shared_ptr<const wave::Program> program_;
  TrainingLoop& loop_;
  wave::Learner learner_;
  LatentTap train_tap_, test_tap_;
  std::vector<Slot> train_slots_, test_slots_;
  std::vector<wave::TileMemory> test_memories_;
};

}  // namespace glia::train
