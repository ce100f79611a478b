// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/activation.hpp"

#include <glia/sdk/plugin.hpp>
#include <glia/sdk/schema.hpp>

#include <optional>
#include <string>
#include <vector>

namespace glia::config {

// The keys that the host itself reads, declared by the same mechanism as a plugin's parameters.

struct PipelineKeys {
  std::string name;
  std::int64_t seed = 1;
};

struct DatasetKeys {
  std::string plugin;
};

struct EncoderKeys {
  std::string plugin, input;
  std::string latent = "sample", test_latent = "same", mode = "pretrained";
  std::string weights;
  std::int64_t seed = 1, feature_order = 0;
};

struct NetworkKeys {
  std::string input;
  bool keep_last_activation = false;
};

struct BlockKeys {
  std::int64_t narrow_to = 1, widen_to = 1, repeat = 1;
  bool skip = false, shared = false;
};

struct StepKeys {
  std::string wave, activation;
};

struct HeadKeys {
  std::string plugin, input;
  bool record_rows = false;
};

inline constexpr auto pipeline_schema = glia::schema<PipelineKeys>(
    glia::field(&PipelineKeys::name, "name")
        .doc("What the pipeline is called; left out, the file's name without its ending."),
    glia::field(&PipelineKeys::seed, "seed")
        .at_least(0)
        .doc("Every random number of a run follows from it."));

inline constexpr auto train_schema = glia::schema<TrainSpec>(
    glia::field(&TrainSpec::epochs, "epochs").at_least(1).doc("Passes over the training split."),
    glia::field(&TrainSpec::batch_size, "batch_size").at_least(1).doc("Samples in one step."),
    glia::field(&TrainSpec::learning_rate, "learning_rate")
        .above(0)
        .doc("Step size of the optimizer."),
    glia::field(&TrainSpec::optimizer, "optimizer")
        .choices("adam", "sgd")
        .doc("How gradients become steps."),
    glia::field(&TrainSpec::epsilon, "epsilon")
        .above(0)
        .doc("Of adam, which divides a gradient by its size plus this: what lies far below it "
             "hardly learns."),
    glia::field(&TrainSpec::schedule, "schedule")
        .choices("constant", "cosine")
        .doc("constant: the learning rate stays; cosine: it falls to zero over all epochs as half "
             "a cosine."),
    glia::field(&TrainSpec::shuffle, "shuffle")
        .doc("Whether every epoch visits the samples in a new random order, or as they stand."));

inline constexpr auto damage_schema = glia::schema<DamageSpec>(
    glia::field(&DamageSpec::weight_noise, "weight_noise")
        .at_least(0)
        .doc("Levels: standard deviations of normal noise that is added to every weight."),
    glia::field(&DamageSpec::weight_loss, "weight_loss")
        .range(0, 1)
        .doc("Levels: probabilities with which each weight becomes zero."),
    glia::field(&DamageSpec::draws, "draws").at_least(1).doc("Random draws of each level."));

inline constexpr auto dataset_schema =
    glia::schema<DatasetKeys>(glia::field(&DatasetKeys::plugin, "plugin")
                                  .required()
                                  .doc("Name of a dataset plugin (see: glia plugin list)."));

inline constexpr auto encoder_schema = glia::schema<EncoderKeys>(
    glia::field(&EncoderKeys::plugin, "plugin")
        .required()
        .doc("Name of an encoder plugin (see: glia plugin list)."),
    glia::field(&EncoderKeys::input, "input").required().doc("The dataset that it reads."),
    glia::field(&EncoderKeys::latent, "latent")
        .choices("sample", "mean")
        .doc("What its readers get: a random sample of the code, or the code's mean."),
    glia::field(&EncoderKeys::test_latent, "test_latent")
        .choices("same", "sample", "mean")
        .doc("What its readers get when they are tested; same: as 'latent' says."),
    glia::field(&EncoderKeys::mode, "mode")
        .choices("pretrained", "joint")
        .doc(
            "pretrained: trained first, then frozen; joint: it trains an epoch, then every head an "
            "epoch on what it is by then, and so on. No head's gradient reaches it."),
    glia::field(&EncoderKeys::weights, "weights")
        .doc("A trained encoder, as a run leaves it (checkpoints/ID.safetensors): it is used as it "
             "is, and nothing is trained."),
    glia::field(&EncoderKeys::seed, "seed")
        .at_least(0)
        .doc("Seed of its start and its training; left out, the pipeline's. With a seed of its own "
             "an encoder stays the same while the pipeline's seed changes."),
    glia::field(&EncoderKeys::feature_order, "feature_order")
        .at_least(0)
        .doc("Which features stand side by side, for cells that hear their neighbours: 0, as the "
             "encoder gives them; another number, a random order of which it is the seed."));

inline constexpr auto network_schema = glia::schema<NetworkKeys>(
    glia::field(&NetworkKeys::input, "input")
        .required()
        .doc("The encoder or other network that it reads."),
    glia::field(&NetworkKeys::keep_last_activation, "keep_last_activation")
        .doc("Whether activations after the last wave are kept."));

inline constexpr auto block_schema = glia::schema<BlockKeys>(
    glia::field(&BlockKeys::narrow_to, "narrow_to")
        .at_least(1)
        .unit("cells")
        .doc("Repeat the pattern until so many cells are left."),
    glia::field(&BlockKeys::widen_to, "widen_to")
        .at_least(1)
        .unit("cells")
        .doc("Repeat the pattern until there are so many cells."),
    glia::field(&BlockKeys::repeat, "repeat").at_least(1).doc("Repeat the pattern so many times."),
    glia::field(&BlockKeys::skip, "skip")
        .doc("Whether every pass adds to its last row what the same cells were before the pass."),
    glia::field(&BlockKeys::shared, "shared")
        .doc("Whether all passes use the same weights: a recurrent wave. The pattern must keep the "
             "row's width."));

inline constexpr auto step_schema =
    glia::schema<StepKeys>(glia::field(&StepKeys::wave, "wave")
                               .doc("Name of a wave layer plugin (see: glia plugin list)."),
                           glia::field(&StepKeys::activation, "activation")
                               .choices(activation_texts)
                               .doc("A function of the row."));

inline constexpr auto head_schema = glia::schema<HeadKeys>(
    glia::field(&HeadKeys::plugin, "plugin")
        .required()
        .doc("Name of a head plugin (see: glia plugin list)."),
    glia::field(&HeadKeys::input, "input").required().doc("The network or encoder that it reads."),
    glia::field(&HeadKeys::record_rows, "record_rows")
        .doc("Whether to record, after every epoch, the signal that each row of cells carries and "
             "the gradient that comes back to it (rows.csv and a figure)."));

/// A key whose value is a table or a list of steps, and so no field.
struct Section {
  std::string name;
  std::string doc;
};

/// One table of the file: everything that it may hold besides its plugin's fields.
struct HostTable {
  std::string name;  ///< "encoder"
  std::string doc;
  std::vector<FieldSpec> fields;
  std::vector<Section> sections;
  std::optional<PluginKind> plugin;  ///< whose fields it holds too

  /// Names of all fields and sections.
  std::vector<std::string> keys() const;
};

const HostTable& pipeline_table();
const HostTable& dataset_table();
const HostTable& encoder_table();
const HostTable& network_table();
const HostTable& step_table();
const HostTable& head_table();
const HostTable& train_table();
const HostTable& damage_table();

/// Names of the tables at the top of a file.
const std::vector<std::string>& top_level_tables();

}  // namespace glia::config
