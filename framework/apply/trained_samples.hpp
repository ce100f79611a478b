// SPDX-License-Identifier: MIT
#pragma once

#include "train/samples.hpp"

namespace glia::apply {

/// Samples of a run's data that are shared out anew, by another seed or from other files, may be ones
/// that its networks were trained on: warns if those of a split have the inputs of training samples
/// more often than the run's own split has, which may hold some twice by nature; of a training split, if
/// only a part of it was trained on. Reads both, but no split of more than 2^26 numbers.
void tell_if_trained_on(const train::LoadedData& measured, const train::LoadedData& of_run,
                        Split split);

}  // namespace glia::apply
