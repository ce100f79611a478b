// SPDX-License-Identifier: MIT
#pragma once

#include "train/augmented_code.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "wave/network.hpp"

#include <glia/sdk/head.hpp>
#include <glia/sdk/random.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glia::train {

using Networks = std::vector<std::shared_ptr<const wave::Network>>;

/// What one head is trained with: latents, networks, head, and where it stands in the pipeline.
struct HeadPath {
  const Environment& environment;
  const config::HeadNode& node;
  const config::TrainSpec& train;
  const graph::Path& nodes;
  const Encoded& latents;
  const ParameterSet& parameters;
  Networks networks;  ///< of `nodes.networks`
  const Head& head;
  const AugmentedCode* augmented = nullptr;  ///< of training samples; null: as they were encoded

  /// Keyed "<network>/<purpose>", one per network, for message `key`.
  std::vector<RandomStream> streams(const std::string& purpose, std::uint64_t key) const {
    std::vector<RandomStream> all;
    for (const auto* network : nodes.networks) {
      all.emplace_back(environment.spec.seed, network->id + '/' + purpose, key);
    }
    return all;
  }
};

/// Heads that are trained as one, over the networks on all their paths: those of a training, or one
/// alone.
struct HeadGroup {
  struct Member {
    const config::HeadNode& node;
    const Head& head;
    double weight = 1;  ///< of its loss
  };
  const Environment& environment;
  std::string id;  ///< of the training, or of the head
  const graph::Path& nodes;
  const Encoded& latents;
  const ParameterSet& parameters;
  Networks networks;                         ///< of `nodes.networks`
  std::vector<Member> members;               ///< at `nodes.ends`
  const AugmentedCode* augmented = nullptr;  ///< of training samples; null: as they were encoded
};

/// The row that a node hears; row(i) is the latent row (0) or what network i - 1 leaves.
template <class RowOf>
at::Tensor hear(const graph::Heard& heard, RowOf row) {
  if (!heard.join) return row(heard.rows.front());
  std::vector<at::Tensor> rows;
  for (const std::size_t i : heard.rows) rows.push_back(row(i));
  return heard.join->rows(rows);
}

}  // namespace glia::train
