// SPDX-License-Identifier: MIT
#pragma once

#include "apply/predict.hpp"

#include <string>
#include <vector>

namespace glia::apply {

/// How predictions are written: one file each in outputs/... of a name's ending.
enum class Format { csv, npy, json };

/// Of a file's ending. Error (usage) names those that there are.
Format format_of(const std::string& file);

/// The predictions as a file. CSV: "sample,label,p_<class>..." (values: "sample,value_<name>..."),
/// with `rows` followed by "cell_<i>..."; .npy: the same numbers, without sample and label, float32
/// [N, columns]; JSON: a list of samples with what they were given. `names`: of the samples; empty:
/// numbered from 0.
std::string write_predictions(const Prediction& prediction, Format format,
                              const std::vector<std::string>& names, bool rows);

}  // namespace glia::apply
