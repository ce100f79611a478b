// SPDX-License-Identifier: MIT
// One training epoch in the engine: shuffling, sampling latents, steps; as a loop and as the batch
// graph that `glia run` uses (framework/train/fused_head.cpp).
#pragma once

#include "graph/flow_graph.hpp"
#include "networks.hpp"
#include "train/latent_tap.hpp"
#include "train/optimizer.hpp"
#include "wave/learner.hpp"

#include <glia/sdk/permutation.hpp>
#include <glia/sdk/random.hpp>

#include <memory>
#include <vector>

namespace bench {

class Epoch {
 public:
  static constexpr std::int64_t batch = 128, batches = 469, per_message = 8;
  static constexpr std::uint64_t messages = (batches + per_message - 1) / per_message;

  Epoch(const NetworkUnderTest& network, const Latents& latents)
      : split_{latents.mean, latents.deviation, latents.labels},
        parameters_(1, "bench"),
        network_(network.in, network.steps, parameters_),
        learner_(network_.program(), glia::FusedLoss::cross_entropy),
        tap_(split_, 1, "latent/train") {
    auto flat = learner_.parameters().begin();
    for (const auto& [name, p] : parameters_.all()) {
      flat = std::copy_n(p.data_ptr<float>(), p.numel(), flat);
    }
    for (Slot& slot : slots_) {
      slot.rows = glia::wave::Memory<float>(per_message * batch * network.in);
      slot.labels.resize(per_message * batch);
      slot.samples.resize(per_message * batch);
    }
  }

  void draw(std::uint64_t message) {
    Slot& slot = slots_[message % slots_.size()];
    const std::int64_t width = network_.in();
    for (std::int64_t i = 0; i < per_message; ++i) {
      const std::int64_t number = static_cast<std::int64_t>(message) * per_message + i;
      if (number >= batches) break;
      const auto samples = samples_of(slot, number, i);
      tap_.rows(samples, static_cast<std::uint64_t>(number), slot.rows.data() + i * batch * width);
      tap_.labels(samples, slot.labels.data() + i * batch);
    }
  }

  void learn(std::uint64_t message) {
    Slot& slot = slots_[message % slots_.size()];
    for (std::int64_t i = 0; i < per_message; ++i) {
      const std::int64_t number = static_cast<std::int64_t>(message) * per_message + i;
      if (number >= batches) break;
      const glia::wave::TiledBatch tiles{slot.rows.data() + i * batch * network_.in(),
                                         slot.labels.data() + i * batch, nullptr,
                                         std::min(batch, 60000 - number * batch)};
      loss_ += learner_.gradients(tiles, {});
      adam_->step(4e-3, gradient_, values_);
    }
  }

  void run_loop() {
    for (std::uint64_t m = 0; m < messages; ++m) {
      draw(m);
      learn(m);
    }
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
    glia::graph::run_flow_graph(plan, {0, messages}, {threads});
  }

  double draws_alone() {
    for (std::uint64_t m = 0; m < messages; ++m) draw(m);
    return loss_;
  }

 private:
  struct Slot {
    std::vector<std::uint32_t> samples;
    glia::wave::Memory<float> rows;
    std::vector<std::int32_t> labels;
  };

  std::span<const std::uint32_t> samples_of(Slot& slot, std::int64_t number, std::int64_t i) const {
    const std::int64_t first = number * batch, count = std::min(batch, 60000 - first);
    const std::span<std::uint32_t> samples(slot.samples.data() + i * batch,
                                           static_cast<std::size_t>(count));
    order_.read(static_cast<std::uint32_t>(first), samples);
    return samples;
  }

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
