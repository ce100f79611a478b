// SPDX-License-Identifier: MIT
#pragma once

#include "compile/written.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

namespace glia::compile {

/// Writes network.safetensors.
void keep_compiled(const CompiledFiles& files, const Compiled& compiled);

/// Writes weights.safetensors, with marks where a weight or bias is one of the network.
void write_weights(const std::filesystem::path& file, const Matrix& matrix);

/// What a matrix is tried on, [N, in] and [N, out].
struct TryOut {
  std::string name{};  ///< of the pipeline
  at::Tensor train_inputs{}, train_answers{}, test_inputs{}, test_answers{};
};

/// The text of a pipeline with the matrix as network `id`, and a head that compares its outputs
/// with the answers; writes the arrays beside it.
std::string pipeline_on_arrays(const CompiledFiles& files, const Matrix& matrix,
                               const std::string& id, const TryOut& data);

}  // namespace glia::compile
