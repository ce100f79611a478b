// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "train/samples.hpp"

namespace glia::train {

/// Opens a data set for a run, with the samples that are kept for validation and what is done to
/// training samples; logs what there is to know of its files. Error (data) where it has no samples,
/// or too many.
LoadedData load_data(const config::DatasetNode& node, const SampleSpec& spec);

/// Takes out of an opened data set what its table keeps for validation (samples.hpp).
void keep_for_validation(const config::DatasetNode& node, LoadedData& data);

}  // namespace glia::train
