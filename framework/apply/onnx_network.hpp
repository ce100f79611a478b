// SPDX-License-Identifier: MIT
#pragma once

#include "apply/onnx_graph.hpp"

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace glia::apply {

/// Tensors of a checkpoint, by name.
using Tensors = std::map<std::string, at::Tensor>;

/// What an encoder makes of inputs [N, features]: the mean of its code. Error (usage) if its plugin
/// does not write it down.
std::string add_encoder(OnnxGraph& graph, const nlohmann::ordered_json& description,
                        const Tensors& tensors, std::string row);

/// What a network makes of a row. Error (usage) for steps that are no stencil, activation, skip
/// or step in time; passes in time are written one after the other.
std::string add_network(OnnxGraph& graph, const nlohmann::ordered_json& network,
                        const Tensors& tensors, const std::string& row);

/// Probabilities by the states of several passes, side by side in a row of `cells`, which the same
/// neurons read; `answer` is the description of the head's answer.
std::string add_passes(OnnxGraph& graph, const nlohmann::ordered_json& answer,
                       const Tensors& tensors, const std::string& row, std::int64_t cells);

}  // namespace glia::apply
