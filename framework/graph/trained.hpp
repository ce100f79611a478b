// SPDX-License-Identifier: MIT
// What heads that are trained alone and trainings of several have in common.
#pragma once

#include "config/pipeline.hpp"
#include "graph/path.hpp"

#include <string>

namespace glia::graph {

/// Reports that `node` ("head 'a'") cannot follow an encoder that is trained jointly for another
/// number of epochs.
void check_epochs(const config::Node& node, const config::TrainSpec& train,
                  const config::EncoderNode& encoder, Diagnostics& problems);

/// Reports that `node` cannot be trained with patience: no samples of the data set are kept for
/// validation, or the encoder and its heads go epoch by epoch together.
void check_patience(const config::Node& node, const config::TrainSpec& train,
                    const config::EncoderNode& encoder, const config::DatasetNode& dataset,
                    Diagnostics& problems);

/// What heads hear: the latents as they are read, and the networks.
std::string identity_of(const Path& path);

/// A head at the end of a path: who it hears, its plugin and keys; `train` stands between them for
/// one that is trained alone.
std::string identity_of(const config::HeadNode& head, const Path& path, const Heard& end,
                        const std::string& train);

}  // namespace glia::graph
