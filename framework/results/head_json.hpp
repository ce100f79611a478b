// SPDX-License-Identifier: MIT
#pragma once

#include "results/results.hpp"

#include <nlohmann/json_fwd.hpp>

namespace glia::results {

/// A head as results.json holds it, of a run or in a trial of a sweep. No times: equal numbers give
/// equal text. NaN and infinity become null.
nlohmann::ordered_json head_json(const HeadResult& head);

}  // namespace glia::results
