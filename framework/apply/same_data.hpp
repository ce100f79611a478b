// SPDX-License-Identifier: MIT
// Whether the data that a run is asked about are of the kind that it was trained on.
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace glia::apply {

/// Samples that a network was not trained for have no answer: Error (data) for another shape, other
/// numbers of classes or values, and classes in another order; classes of other names are told.
void require_same_samples(const std::string& dataset, const SampleSpec& now,
                          const SampleSpec& trained);

/// Samples that the run kept for validation were not trained on, others were: Error (usage) if the
/// same data would be split in another way.
void require_same_split(const config::DatasetNode& now, const config::DatasetNode& trained,
                        const std::filesystem::path& run);

/// An error about data that are not where the run had them, with what to say where they are now.
Error where_now(const Error& error, const config::DatasetNode& node);

/// Other bytes in the files that the run was trained on give other numbers, which is told; whoever
/// names other files by `changes` knows.
void tell_if_changed(const config::DatasetNode& node, const std::filesystem::path& run,
                     const std::vector<std::string>& changes);

}  // namespace glia::apply
