// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/join.hpp"

#include <cstddef>
#include <vector>

namespace glia::graph {

/// The rows that a node hears, by number: 0 is the latent row, i + 1 what network i leaves.
struct Heard {
  std::vector<std::size_t> rows{};
  const Join* join = nullptr;  ///< of several
};

/// What heads read: dataset -> encoder -> networks, each after those that it reads. What a policy reads:
/// task -> networks; then there are no data set and no encoder.
struct Path {
  const config::DatasetNode* dataset = nullptr;
  const config::EncoderNode* encoder = nullptr;
  std::vector<const config::NetworkNode*> networks{};
  std::vector<Heard> heard{};  ///< of each network
  std::vector<Heard> ends{};   ///< of each head

  /// Whether each network reads the one before it, and nothing else does anything.
  bool is_chain() const;
};

/// The path of heads that are trained together. Error (configuration) if they do not all begin at
/// one encoder; nothing is checked besides.
Path path_of(const config::PipelineSpec& spec, const std::vector<const config::Node*>& heads);

}  // namespace glia::graph
