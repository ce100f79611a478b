// SPDX-License-Identifier: MIT
#pragma once

#include "train/results.hpp"

#include <nlohmann/json_fwd.hpp>

namespace glia::train {

/// A head as results.json holds it, of a run or in a trial of a sweep. No times: equal numbers give
/// equal text. NaN and infinity become null.
nlohmann::ordered_json head_json(const HeadResult& head);

}  // namespace glia::train
