// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

namespace glia::compile {

/// A NumPy matrix of 32- or 64-bit floating-point numbers, as float64 [rows, columns]. Error (data)
/// names the file and what it is instead.
at::Tensor read_npy(const std::filesystem::path& file);

/// Writes a float32 matrix as numpy.load reads it: whole or not at all.
void write_npy(const std::filesystem::path& file, const at::Tensor& matrix);

}  // namespace glia::compile
