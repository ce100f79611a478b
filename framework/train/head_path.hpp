// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "wave/network.hpp"

#include <glia/sdk/head.hpp>
#include <glia/sdk/random.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glia::train {

/// What a head is trained with: latents, networks, head, and where it stands in the pipeline.
struct HeadPath {
  const Environment& environment;
  const config::HeadNode& node;
  const graph::Chain& chain;
  const Encoded& latents;
  const ParameterSet& parameters;
  const std::vector<std::unique_ptr<wave::Network>>& networks;
  const Head& head;

  /// Keyed "<network>/<purpose>", one per network, for message `key`.
  std::vector<RandomStream> streams(const std::string& purpose, std::uint64_t key) const {
    std::vector<RandomStream> all;
    for (const auto* network : chain.networks) {
      all.emplace_back(environment.spec.seed, network->id + '/' + purpose, key);
    }
    return all;
  }
};

}  // namespace glia::train
