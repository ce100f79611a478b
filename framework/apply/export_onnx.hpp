// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace glia::apply {

/// What a run's head has learned, from the input to probabilities, as the bytes of an ONNX file:
/// input "input" [N, shape of a sample] as the data set gives it, outputs "probabilities" [N,
/// classes] and "label" [N] (a regression: "values"). Written out of the checkpoints alone; chance
/// is left out: the code's mean, no noise. `head` may be "" where there is only one. Error (usage,
/// data) names what cannot be written as ONNX.
std::string export_onnx(const std::filesystem::path& run, const std::string& head);

}  // namespace glia::apply
