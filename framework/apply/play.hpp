// SPDX-License-Identifier: MIT
#pragma once

#include "apply/changes.hpp"
#include "apply/contents.hpp"
#include "apply/evaluate.hpp"
#include "core/catalog.hpp"
#include "graph/flow_graph.hpp"

#include <filesystem>

namespace glia::apply {

/// Error (usage) for wishes that only policies can heed, where there are none.
void require_no_wish_of_policies(const Wish& wish, const Contents& contents);

/// Lets the policies of a run play test episodes, and adds what came out to the evaluation. With
/// nothing changed these are the run's own, and so are the numbers, to the bit; another seed draws
/// others. Error (usage, data, configuration) says what is missing, unfinished or wrong with a wish.
void play_policies(const std::filesystem::path& folder, const Catalog& catalog, const Wish& wish,
                   int threads, const graph::StopRequest& stop, Evaluation& evaluation);

}  // namespace glia::apply
