// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// What the header of a NumPy .npy file says.
struct NpyHeader {
  at::ScalarType dtype{};
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0;  ///< bytes before the first number
  std::int64_t bytes = 0;   ///< bytes of all numbers, which lie row by row up to the file's end
};

/// No header is longer.
inline constexpr std::size_t most_npy_header = (std::size_t{1} << 20) + 12;

/// Reads and checks the header of a .npy file (format versions 1 to 3). `start`: the file's first
/// bytes, all of them or `most_npy_header`; `size`: how many it has. Error (data) names `path`, what
/// is wrong with the file, and what to do in NumPy. [thread-safe]
GLIA_API NpyHeader read_npy_header(const std::string& path, std::string_view start,
                                   std::uint64_t size);

/// What is lost where the numbers of an array become float32: "sample 2: 16777217 becomes 16777216,
/// and 3 more", of whole numbers with more digits than that holds and of numbers that are too small;
/// else which numbers that differ become the same (lost_differences.hpp); else empty. `per_sample`: how many numbers a sample has. [thread-safe]
GLIA_API std::string npy_losses(at::ScalarType type, const void* numbers, std::int64_t count,
                                std::int64_t per_sample);

}  // namespace glia
