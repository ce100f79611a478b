// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace npy {

/// What the header of a NumPy .npy file says: its dtype, shape and where its numbers begin.
struct Header {
  at::ScalarType dtype{};
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0;  ///< bytes
};

/// Reads and checks a header (format versions 1 to 3). Error (data) says what is wrong with the
/// file, and what to do in NumPy.
Header read_header(const std::string& path);

/// The array of a file, mapped into memory: nothing is copied until it is read.
at::Tensor map_array(const std::string& path);

}  // namespace npy
