// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/npy.hpp>

#include <ATen/core/Tensor.h>

#include <string>

namespace npy {

/// Reads and checks the header of a file. Error (data) says what is wrong with the file, and what to
/// do in NumPy.
glia::NpyHeader read_header(const std::string& path);

/// The array of a file, mapped into memory: nothing is copied until it is read.
at::Tensor map_array(const std::string& path);

/// What is lost where the numbers of an array become float32: "sample 2: 16777217 becomes 16777216,
/// and 3 more", or "". Of a long array the first 67,108,864 numbers are looked at.
std::string losses_of(const at::Tensor& array);

}  // namespace npy
