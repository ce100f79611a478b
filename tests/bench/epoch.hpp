// SPDX-License-Identifier: MIT
// One training epoch in the engine: shuffling, sampling latents, steps; as a loop and as the batch
// graph that `glia run` uses (framework/train/fused_head.cpp).
#pragma once

#include "graph/flow_graph.hpp"
#include "limits.hpp"
#include "networks.hpp"
#include "train/latent_tap.hpp"
#include "train/optimizer.hpp"
#include "wave/learner.hpp"

#include <glia/sdk/permutation.hpp>
#include <glia/sdk/random.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace bench {

class Epoch {
 public:
  static constexpr std::int64_t samples_of_epoch = 60000, per_message = 1024;

  /// `batch` at most 128 samples.
  Epoch(const NetworkUnderTest& network, const Latents& latents, std::int64_t batch = 128)
      : batch_(batch),
        split_{latents.mean, latents.deviation, latents.labels},
        parameters_(1, "bench"),
        network_(network.in, network.steps, parameters_),
        learner_(network_.program(), glia::FusedLoss::cross_entropy),
        tap_(split_, 1, "latent/train") {
    auto flat = learner_.parameters().begin();
    if (!getenv("NOPACK")) tap_.pack();
    for (const auto& [name, p] : parameters_.all()) {
      flat = std::copy_n(p.data_ptr<float>(), p.numel(), flat);
    }
    for (Slot& slot : slots_) {
      slot.rows = glia::wave::Memory<float>(per_message_ * tile * network.in);
      slot.labels.resize(static_cast<std::size_t>(per_message_ * tile));
      slot.samples.resize(static_cast<std::size_t>(per_message_ * tile));
    }
  }

  std::int64_t batches() const { return (samples_of_epoch + batch_ - 1) / batch_; }
  std::int64_t parameters() const { return values_.numel(); }

  void draw(std::uint64_t message) {
    Slot& slot = slots_[message % slots_.size()];
    const std::int64_t width = network_.in();
    for (std::int64_t i = 0; i < per_message_; ++i) {
      const std::int64_t number = static_cast<std::int64_t>(message) * per_message_ + i;
      if (number >= batches()) break;
      const auto samples = samples_of(slot, number, i);
      tap_.rows(samples, static_cast<std::uint64_t>(number), slot.rows.data() + i * tile * width);
      tap_.labels(samples, slot.labels.data() + i * tile);
    }
  }

  void learn(std::uint64_t message) {
    Slot& slot = slots_[message % slots_.size()];
    for (std::int64_t i = 0; i < per_message_; ++i) {
      const std::int64_t number = static_cast<std::int64_t>(message) * per_message_ + i;
      if (number >= batches()) break;
      const glia::wave::TiledBatch tiles{slot.rows.data() + i * tile * network_.in(),
                                         slot.labels.data() + i * tile, nullptr,
                                         std::min(batch_, samples_of_epoch - number * batch_)};
      loss_ += learner_.gradients(tiles, {});
      adam_->step(4e-3, gradient_, values_);
    }
  }

  void run_loop() {
    for (std::uint64_t m = 0; m < messages(); ++m) {
      draw(m);
      learn(m);
    }
  }

  /// per_message samples.
  void run_message(std::uint64_t message) {
    draw(message);
    learn(message);
  }

  /// The optimizer's step, alone; many of them, as one is too short to be timed.
  static constexpr int some_steps = 64;
  void run_some_steps() {
    for (int k = 0; k < some_steps; ++k) adam_->step(0, gradient_, values_);
  }

  void run_graph(int threads) {
    glia::graph::GraphPlan plan;
    plan.nodes.push_back({"data", "", {}, 0, false, [](const glia::graph::Message&) {
                            return glia::graph::Tensors{};
                          }});
    plan.nodes.push_back({"latent", "", {0}, 0, false, [this](const glia::graph::Message& m) {
                            draw(m.number());
                            return glia::graph::Tensors{};
                          }});
    plan.nodes.push_back({"head", "", {1}, 1, false, [this](const glia::graph::Message& m) {
                            learn(m.number());
                            return glia::graph::Tensors{};
                          }});
    glia::graph::run_flow_graph(plan, {0, messages()}, {threads});
  }

  /// Seconds of an epoch and, alone, of its draws on a core that nobody disturbs: each message counts
  /// with the fastest of its `rounds`, as the rates of limits.hpp do, which are measured as briefly.
  struct Undisturbed {
    double all = 0, draws = 0;
  };
  Undisturbed undisturbed(int rounds) {
    struct Fastest {
      double draw = 1e9, learn = 1e9;
    };
    std::vector<Fastest> of(static_cast<std::size_t>(messages()));
    for (int round = 0; round < rounds; ++round) {
      for (std::uint64_t m = 0; m < messages(); ++m) {
        Fastest& best = of[static_cast<std::size_t>(m)];
        best.draw = std::min(best.draw, fastest(1, [&] { draw(m); }));
        best.learn = std::min(best.learn, fastest(1, [&] { learn(m); }));
      }
    }
    Undisturbed sum;
    for (const Fastest& best : of) {
      sum.draws += best.draw;
      sum.all += best.draw + best.learn;
    }
    return sum;
  }

  double draws_alone() {
    for (std::uint64_t m = 0; m < messages(); ++m) draw(m);
    return loss_;
  }

 private:
  struct Slot {
    std::vector<std::uint32_t> samples;
    glia::wave::Memory<float> rows;
    std::vector<std::int32_t> labels;
  };

  static constexpr std::int64_t tile = glia::wave::tile_samples;

  std::uint64_t messages() const {
    return static_cast<std::uint64_t>((batches() + per_message_ - 1) / per_message_);
  }

  std::span<const std::uint32_t> samples_of(Slot& slot, std::int64_t number, std::int64_t i) const {
    const std::int64_t first = number * batch_;
    const std::int64_t count = std::min(batch_, samples_of_epoch - first);
    const std::span<std::uint32_t> samples(slot.samples.data() + i * tile,
                                           static_cast<std::size_t>(count));
    order_.read(static_cast<std::uint32_t>(first), samples);
    return samples;
  }

  std::int64_t batch_, per_message_ = per_message / batch_;
  glia::train::EncodedSplit split_;
  glia::ParameterSet parameters_;
  glia::wave::Network network_;
  glia::wave::Learner learner_;
  at::Tensor values_ = at::from_blob(learner_.parameters().data(),
                                     {static_cast<std::int64_t>(learner_.parameters().size())});
  at::Tensor gradient_ = at::from_blob(const_cast<float*>(learner_.gradient()), values_.sizes());
  std::unique_ptr<glia::train::Optimizer> adam_ = glia::train::make_optimizer({}, values_);
  glia::train::LatentTap tap_;
  glia::Permutation order_{60000, glia::RandomStream(1, "order", 0)};
  std::vector<Slot> slots_ = std::vector<Slot>(glia::graph::default_credits(2));
  double loss_ = 0;
};

}  // namespace bench
