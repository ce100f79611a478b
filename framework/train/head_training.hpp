// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/results.hpp"

namespace glia::train {

/// Trains a head with the networks on its path over the frozen latents, testing after every epoch.
/// Every head trains copies of its networks of its own. True if an earlier run had done it all.
bool train_head(const Environment& environment, const graph::Stage& stage,
                const config::HeadNode& node, const Encoded& latents, HeadResult& result);

}  // namespace glia::train
