// SPDX-License-Identifier: MIT
#pragma once

#include "train/checkpoint.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/samples.hpp"

namespace glia::train {

/// Shows the training samples to an encoder that is fitted; nothing happens to others. Error (data)
/// for samples that it does not take, (numeric) if it leaves a number that is none.
void fit(const Environment& environment, const config::EncoderNode& node, const LoadedData& data,
         const BuiltEncoder& encoder);

/// The stage of an encoder that is fitted and not trained: leaves a checkpoint. True if an earlier
/// run had done it.
bool fit_encoder(const Environment& environment, const Checkpoint& checkpoint,
                 const config::EncoderNode& node, const LoadedData& data,
                 const BuiltEncoder& encoder);

}  // namespace glia::train
