// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/samples.hpp"

#include <cstdint>
#include <functional>

namespace glia::train {

/// Fits the encoder, if it is fitted, and trains it on its own loss; `result` gets the curve.
/// `after_epoch` (may be empty) is called with the number of each epoch, from 0, before a
/// checkpoint says that it is done. True if an earlier run had done it all.
bool train_encoder(const Environment& environment, const graph::Stage& stage,
                   const config::EncoderNode& node, const LoadedData& data,
                   const BuiltEncoder& encoder, results::EncoderResult& result,
                   const std::function<void(std::int64_t)>& after_epoch = {});

}  // namespace glia::train
