// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"
#include "core/diagnostics.hpp"

#include <glia/sdk/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glia::config {

/// A plugin with validated, complete parameters (defaults filled in).
struct PluginUse {
  const CatalogEntry* plugin = nullptr;
  ValueMap values;
  Source source;  ///< of the key that names the plugin
};

/// The host's `train = { ... }` table.
struct TrainSpec {
  std::int64_t epochs = 10;
  std::int64_t batch_size = 128;
  double learning_rate = 1e-3;
  std::string optimizer = "adam";
  double epsilon = 1e-8;              ///< of Adam
  std::string schedule = "constant";  ///< of the learning rate: "constant" | "cosine"
  bool shuffle = true;                ///< visit the samples in a new random order every epoch
};

/// The host's `damage = { ... }` table: how a trained network is damaged to see what it withstands.
struct DamageSpec {
  std::vector<double> weight_noise;  ///< standard deviations of what is added to every weight
  std::vector<double> weight_loss;   ///< probabilities with which each weight becomes zero
  std::int64_t draws = 20;           ///< of each level

  bool empty() const { return weight_noise.empty() && weight_loss.empty(); }
};

/// What every node has.
struct Node {
  std::string id;
  Source source;  ///< of the table's name
};

struct DatasetNode : Node {
  PluginUse use;
};

/// The node that another one reads.
struct Input {
  std::string id;
  Source source;
};

struct EncoderNode : Node {
  PluginUse use;
  Input input;                        ///< a dataset
  std::string latent = "sample";      ///< what the network hears: "sample" | "mean"
  std::string test_latent = "same";   ///< what it hears when it is tested, or "same"
  std::optional<std::uint64_t> seed;  ///< of its start and training; else the pipeline's
  std::uint64_t feature_order = 0;    ///< 0: as the encoder gives them; else seed of an order
  std::string mode = "pretrained";    ///< "pretrained" | "joint": trained before heads or with them
  Source mode_source;
  std::string weights;  ///< file with its parameters; then nothing is trained
  Source weights_source;
  TrainSpec train;

  bool joint() const { return mode == "joint"; }

  /// What the network hears when it is tested: "sample" | "mean".
  const std::string& tested_on() const { return test_latent == "same" ? latent : test_latent; }
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
  PluginUse wave;
  std::string activation;
  Block block;
  Source source;
};

struct NetworkNode : Node {
  Input input;  ///< an encoder or another network
  Block block;
  bool keep_last_activation = false;  ///< else activations after the last wave are left out
};

struct HeadNode : Node {
  PluginUse use;
  Input input;  ///< a network or an encoder
  TrainSpec train;
  bool record_rows = false;  ///< signal and gradient of every row, after every epoch
  DamageSpec damage;
};

/// A pipeline file, checked: every parameter is legal, every input names a node of a fitting kind,
/// and the nodes form no cycle. Widths are not checked here (see graph/shapes.hpp).
struct PipelineSpec {
  std::string file;  ///< as given by the user
  std::string name;
  std::uint64_t seed = 1;
  std::vector<DatasetNode> datasets;  ///< all in the order of the file
  std::vector<EncoderNode> encoders;
  std::vector<NetworkNode> networks;
  std::vector<HeadNode> heads;
};

/// One line of `glia config`: a setting, its value as TOML, and where the value came from.
struct Resolved {
  std::string path;  ///< "encoder.latent.train.epochs"
  std::string value;
  std::string origin;  ///< "quickstart.toml:12:9", "argument 'pipeline.seed=2'" or "default"
};

struct Pipeline {
  PipelineSpec spec;
  std::vector<Resolved> settings;  ///< every setting, in the order of the file
  std::string text;                ///< the file as given
  /// A complete file that gives the same spec without overrides.
  GLIA_API std::string resolved_toml() const;
};

/// Reads and checks a pipeline file with `key=value` overrides. Error (configuration) lists every
/// problem as "FILE:LINE:COLUMN: error: ..."; Error (usage) if the file cannot be read.
GLIA_API Pipeline load_pipeline(const std::string& file, const std::vector<std::string>& overrides,
                                const Catalog& catalog);

}  // namespace glia::config
