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

}  // namespace npy
