// SPDX-License-Identifier: MIT
// Classes that never occur: nothing is learned of them, or their answers are not tested.
#pragma once

#include "train/encoding.hpp"
#include "train/samples.hpp"

#include <string>
#include <vector>

namespace glia::train {

/// Warns of those of each split. [thread-safe]
void warn_of_empty_classes(const Encoded& encoded, const std::string& dataset,
                           const SampleSpec& data);

/// The same of data that is open and not encoded yet, as sentences. Labels are read until every
/// class has been seen; of a split in which that takes more than some ten million numbers nothing
/// is said, nor of data that cannot be read: a run says so.
std::vector<std::string> empty_classes(const LoadedData& data);

}  // namespace glia::train
