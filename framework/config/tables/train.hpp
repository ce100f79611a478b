// SPDX-License-Identifier: MIT
#pragma once

#include "core/diagnostics.hpp"

#include <glia/sdk/schema.hpp>
#include <glia/sdk/value.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// The host's `train = { ... }` table.
struct TrainSpec {
  std::int64_t epochs = 10;
  std::int64_t batch_size = 128;
  double learning_rate = 1e-3;
  std::string optimizer = "adam";
  std::string schedule = "constant";  ///< of the learning rate
  double clip_norm = 0;               ///< 0: gradients are left as long as they are
  bool shuffle = true;                ///< visit the samples in a new random order every epoch
  std::int64_t patience = 0;          ///< epochs without a better validation loss; 0: all epochs
  ValueMap settings{};                ///< what optimizer and schedule declare, complete
  std::string device = "cpu";         ///< on which networks and losses are computed
  std::string backend = "auto";       ///< by what code
  /// Of what the file says, or of the node.
  Source device_source{}, backend_source{}, patience_source{};

  /// "auto" resolved: the engine's own code where it can run.
  std::string backend_in_force() const {
    if (backend != "auto") return backend;
    return device.starts_with("cpu") ? "vector" : "torch";
  }
};

inline constexpr auto train_schema = glia::schema<TrainSpec>(
    glia::field(&TrainSpec::epochs, "epochs").at_least(1).doc("Passes over the training split."),
    glia::field(&TrainSpec::batch_size, "batch_size").at_least(1).doc("Samples in one step."),
    glia::field(&TrainSpec::learning_rate, "learning_rate")
        .above(0)
        .doc("Step size of the optimizer."),
    glia::field(&TrainSpec::optimizer, "optimizer").doc("How gradients become steps."),
    glia::field(&TrainSpec::schedule, "schedule")
        .doc("How the learning rate changes while training goes on."),
    glia::field(&TrainSpec::clip_norm, "clip_norm")
        .at_least(0)
        .doc("Length to which a longer gradient is shortened before a step; 0: as it is."),
    glia::field(&TrainSpec::shuffle, "shuffle")
        .doc("Whether every epoch visits the samples in a new random order, or as they stand."),
    glia::field(&TrainSpec::patience, "patience")
        .at_least(0)
        .unit("epochs")
        .doc(
            "Training ends when the validation loss has not been lower for so many epochs, and the "
            "parameters of the epoch with the lowest are kept; 0: all epochs are trained, and the "
            "last one's are kept."),
    glia::field(&TrainSpec::device, "device")
        .doc("Where networks of a head, or the loss of an encoder, are computed: cpu, cuda, cuda:1 "
             "(counted from 0)."),
    glia::field(&TrainSpec::backend, "backend")
        .choices("auto")
        .doc("By what code: auto, vector on a processor and torch elsewhere."));

}  // namespace glia::config
