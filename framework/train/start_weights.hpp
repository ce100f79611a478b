// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"
#include "train/frozen.hpp"

#include <glia/sdk/parameters.hpp>

#include <string>
#include <vector>

namespace glia::train {

/// What a file of weights may hold besides a parameter: a tensor of its shape (BOOL) under its name
/// and this, true where training may change it; what `freeze_parts = ["copies"]` goes by.
inline constexpr const char* trainable_mark = ".trainable";

/// A network or a head, and what its table says of its start.
struct StartOf {
  const char* kind;  ///< "network", "head"
  const std::string& id;
  const config::StartKeys& keys;
  const Source &table, &weights, &parts;  ///< where they are written

  explicit StartOf(const config::NetworkNode& node)
      : StartOf("network", node, node.start_sources) {}
  explicit StartOf(const config::HeadNode& node) : StartOf("head", node, node.start_sources) {}

 private:
  template <class Node>
  StartOf(const char* kind, const Node& node, const config::StartSources& sources)
      : kind(kind),
        id(node.id),
        keys(node),
        table(node.source),
        weights(sources.weights),
        parts(sources.parts) {}
};

/// Gives the parameters of `nodes`, whose names begin with the node's id and a dot, the values of
/// their files; says which of all parameters stay as they are. A file names them as a checkpoint
/// does or without the id; its numbers may be of 32 or 64 bits. Error (configuration), at its place
/// in the pipeline file, for a file that is missing, damaged or of another network, and for parts
/// that are none.
Frozen start_parameters(const std::vector<StartOf>& nodes, const ParameterSet& parameters);

/// The same for every network and head of a pipeline that has something to say, and the weights of
/// encoders, on parameters made to try it: what is wrong is told before anything is computed.
void check_starts(const config::PipelineSpec& spec, const graph::Shapes& shapes);

}  // namespace glia::train
