// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "wave/network.hpp"

#include <glia/sdk/dataset.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace glia::graph {

class CellBudget;

/// One row of a network: what makes it and how many cells it has.
struct Row {
  wave::NetworkStep step;
  std::string plugin;  ///< "gather 1.0.0"; empty for activations
  std::int64_t in = 0;
  std::int64_t out = 0;
};

/// A network with its pattern unrolled to rows of known width.
struct NetworkLayout {
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::vector<Row> rows;

  std::vector<wave::NetworkStep> steps() const;
};

/// The path that a head reads: dataset -> encoder -> networks, in order.
struct Chain {
  const config::DatasetNode* dataset = nullptr;
  const config::EncoderNode* encoder = nullptr;
  std::vector<const config::NetworkNode*> networks;
};

/// What travels along every edge.
struct Shapes {
  std::map<std::string, SampleSpec> datasets;
  std::map<std::string, std::int64_t> encoders;  ///< cells of the latent row
  std::map<std::string, NetworkLayout> networks;
  std::map<std::string, Chain> heads;
};

/// Follows the widths edge by edge. Error (configuration) lists every edge that does not fit, at
/// its place in the file, with both ends in plain words. Opens no data.
GLIA_API Shapes check_shapes(const config::PipelineSpec& spec);

/// Unrolls a network over a row of `in` cells. Error (shape) if a step or an end cannot be reached,
/// or `budget` does not allow so many cells.
GLIA_API NetworkLayout lay_out(const config::NetworkNode& network, std::int64_t in,
                               CellBudget& budget);

}  // namespace glia::graph
