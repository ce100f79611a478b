// SPDX-License-Identifier: MIT
#pragma once

#include "config/tables/augmentation.hpp"
#include "config/tables/damage.hpp"
#include "config/tables/dataset.hpp"
#include "config/tables/encoder.hpp"
#include "config/tables/head.hpp"
#include "config/tables/network.hpp"
#include "config/tables/train.hpp"
#include "config/tables/training.hpp"
#include "core/catalog.hpp"
#include "core/diagnostics.hpp"

#include <glia/sdk/value.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glia::config {

/// A plugin with validated, complete parameters (defaults filled in).
struct PluginUse {
  const CatalogEntry* plugin = nullptr;
  ValueMap values;
  Source source;  ///< of the key that names the plugin
};

struct NodeKind;

/// A node that another one reads.
struct Input {
  std::string id;
  Source source;
};

/// What every node has.
struct Node : JoinKeys {
  std::string id;
  const NodeKind* kind = nullptr;    ///< its record, see config/node_kind.hpp
  Source source;                     ///< of the table's name
  std::vector<std::string> given{};  ///< names of the host's keys that the file or an argument sets
  std::vector<Input> inputs{};       ///< the nodes that it reads
  bool listed = false;               ///< whether the file gives them as a list
  Source join_source;                ///< of join, where given

  /// Of a node that reads one.
  const Input& input() const { return inputs.front(); }

  bool gives(std::string_view key) const {
    return std::find(given.begin(), given.end(), key) != given.end();
  }
};

struct DatasetNode : Node, DatasetKeys {
  PluginUse use;
  std::vector<AugmentationSpec> augment{};  ///< of training samples, one after the other
};

struct EncoderNode : Node, EncoderKeys {
  PluginUse use;
  Source mode_source, weights_source;
  TrainSpec train;
};

struct Step;

/// A pattern of steps, repeated; exactly one of the three ends is set (repeat = 1 by default).
struct Block {
  std::vector<Step> pattern;
  std::optional<std::int64_t> narrow_to;  ///< repeat until so many cells are left
  std::optional<std::int64_t> widen_to;   ///< repeat until so many cells are reached
  std::optional<std::int64_t> repeat;     ///< repeat so many times
  bool skip = false;     ///< add to each pass's row what the same cells were before the pass
  bool shared = false;   ///< all passes use the same weights: a recurrent wave
  Source source;         ///< of the table
  Source end_source;     ///< of narrow_to, widen_to or repeat, or the argument that sets it
  Source shared_source;  ///< of shared, where given
};

/// One step of a pattern: a wave layer, an activation, or a block.
struct Step {
  enum class Kind { wave, activation, block };
  Kind kind = Kind::wave;
  PluginUse wave;        ///< where it is one
  PluginUse activation;  ///< likewise
  Block block;
  Source source;
};

/// Where a table says how its parameters start.
struct StartSources {
  Source weights, parts;
};

/// Where a table says how its network goes through time.
struct TimeSources {
  Source steps, cells, inject;
};

struct NetworkNode : Node, NetworkKeys, TimeKeys {
  StartSources start_sources;
  TimeSources time_sources;
  Block block;

  /// Whether its pattern is one pass over a state.
  bool in_time() const { return gives("steps") || gives("cells"); }
};

struct HeadNode : Node, HeadKeys {
  PluginUse use;
  TrainSpec train;       ///< of one that is trained alone
  std::string training;  ///< id of the training that it is part of; empty: it is trained alone
  StartSources start_sources;
  DamageSpec damage;
};

/// Heads that are trained together, with the networks on their paths.
struct TrainingNode : Node, TrainingKeys {
  TrainSpec train;
};

/// A node of a kind that has no struct of its own: what its table holds.
struct TableNode : Node {
  ValueMap values;                           ///< of the host's keys
  std::map<std::string, ValueMap> sections;  ///< by name, with what is chosen there
  PluginUse use;
};

/// A pipeline file, checked: every parameter is legal, every input names a node of a fitting kind,
/// and the nodes form no cycle. Shapes are not checked here (see graph/shapes.hpp).
struct PipelineSpec {
  std::string file;  ///< as given by the user
  std::string name;
  std::uint64_t seed = 1;
  std::vector<DatasetNode> datasets;  ///< all in the order of the file
  std::vector<EncoderNode> encoders;
  std::vector<NetworkNode> networks;
  std::vector<HeadNode> heads;
  std::vector<TrainingNode> trainings;
  std::vector<TableNode> others;  ///< of kinds without a list of their own
};

/// One line of `glia config`: a setting, its value as TOML, and where the value came from.
struct Resolved {
  std::string path;  ///< "encoder.latent.train.epochs"
  std::string value;
  std::string origin;  ///< "quickstart.toml:12:9", "argument 'pipeline.seed=2'" or "default"
};

struct Pipeline {
  PipelineSpec spec;
  /// Every setting, in the order of the file; those of [sweep], where there is one, come last.
  std::vector<Resolved> settings;
  std::string text;  ///< the file as given
  /// A complete file that gives the same spec without overrides.
  std::string resolved_toml() const;
};

/// Reads and checks a pipeline file with `key=value` overrides. Error (configuration) lists every
/// problem as "FILE:LINE:COLUMN: error: ..."; Error (usage) if the file cannot be read.
Pipeline load_pipeline(const std::string& file, const std::vector<std::string>& overrides,
                       const Catalog& catalog);

}  // namespace glia::config
