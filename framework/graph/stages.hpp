// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glia::graph {

/// One unit of work of a run.
struct Stage {
  enum class Kind {
    load,           ///< open a data set
    train_encoder,  ///< fit an encoder to the training samples, train it on its own loss
    encode,         ///< encode both splits with the frozen encoder
    train_jointly,  ///< train an encoder, encoding both splits after every epoch
    train_head,     ///< train a network with its head, testing after every epoch
    train_heads,    ///< the same for the heads of a training, together
    damage,         ///< test that network with its weights damaged
    own             ///< what the kind of its node does (`config::NodeKind::work`)
  };
  Kind kind{};
  /// "digits/load", "latent/fit" or "latent/train", "latent/encode", "digit/train", "digit/damage"
  std::string name;
  std::string node;                 ///< id of the node that it serves
  std::vector<std::size_t> inputs;  ///< earlier stages
  std::string identity;             ///< everything that its result depends on, as canonical text
  std::string key;                  ///< SHA-256 of `identity`: equal keys, equal results
  std::string data;  ///< identity of the data set among its inputs, which no cache keeps
};

/// The stages that the heads need, inputs first: a pure function of the specification.
std::vector<Stage> plan_stages(const config::PipelineSpec& spec, const Shapes& shapes);

/// The plan as JSON, as kept with a run and printed by --dry-run --json.
std::string plan_json(const std::vector<Stage>& stages);

/// What a plan that was kept says of a stage.
struct KeptStage {
  std::string key, identity;
};

/// What an identity says of `key`, the line "key = ..." of it; empty if nothing.
std::string line_of(const std::string& identity, const std::string& key);

/// The stages of a plan.json by their names. Error (data), without a hint, if it is damaged or was
/// changed; those of older versions carry no digest.
std::map<std::string, KeptStage> read_plan(const std::filesystem::path& file);

}  // namespace glia::graph
