// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// The host's keys of [encoder.ID].
struct EncoderKeys {
  std::string plugin;
  std::string reads;                 ///< `input`: id of a dataset
  std::string latent = "sample";     ///< what the network hears: "sample" | "mean"
  std::string test_latent = "same";  ///< what it hears when it is tested, or "same"
  std::string mode = "pretrained";   ///< "pretrained" | "joint": trained before heads or with them
  std::string weights;               ///< file with its parameters; then nothing is trained
  std::int64_t seed = 1;             ///< of its start and training
  std::int64_t feature_order = 0;    ///< 0: as the encoder gives them; else seed of an order

  bool joint() const { return mode == "joint"; }

  /// What the network hears when it is tested: "sample" | "mean".
  const std::string& tested_on() const { return test_latent == "same" ? latent : test_latent; }
};

inline constexpr auto encoder_schema = glia::schema<EncoderKeys>(
    glia::field(&EncoderKeys::plugin, "plugin")
        .required()
        .doc("Name of an encoder plugin (see: glia plugin list)."),
    glia::field(&EncoderKeys::reads, "input").required().doc("The dataset that it reads."),
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

}  // namespace glia::config
