// SPDX-License-Identifier: MIT
#pragma once

#include "gzipped.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <cstdint>
#include <fstream>
#include <string>

inline std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 255);
  return bytes;
}

inline std::string image_header(std::uint32_t count, std::uint32_t rows = 28,
                                std::uint32_t columns = 28) {
  return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(columns);
}

/// Pixel p of image i is (i + p) % 256.
inline std::string images(std::uint32_t count) {
  std::string bytes = image_header(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t p = 0; p < 784; ++p) bytes += static_cast<char>((i + p) % 256);
  }
  return bytes;
}

/// Label of sample i is i % 10.
inline std::string labels(std::uint32_t count) {
  std::string bytes = big_endian(0x801) + big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) bytes += static_cast<char>(i % 10);
  return bytes;
}

inline void put(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The whole text of the data error that `action` throws; another kind of error is marked.
template <class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const glia::Error& e) {
    return (e.code() == glia::ErrorCode::data ? "" : "not a data error: ") + std::string(e.what());
  }
  return "no error";
}
