// SPDX-License-Identifier: MIT
#include "compile/npy.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/npy.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

namespace glia::compile {
namespace {

constexpr std::uint64_t most_array_bytes = std::uint64_t{1} << 32;

}  // namespace

at::Tensor read_npy(const std::filesystem::path& file) {
  const std::string bytes = read_file(file, most_array_bytes);
  const NpyHeader header = read_npy_header(file.string(), bytes, bytes.size());
  if (header.shape.size() != 2 || header.bytes == 0 ||
      (header.dtype != at::kFloat && header.dtype != at::kDouble)) {
    throw Error(
        ErrorCode::data,
        fmt::format("{}: holds numbers of type {} and shape ({}), and no matrix of "
                    "floating-point numbers",
                    file.string(), c10::toString(header.dtype), fmt::join(header.shape, ", ")),
        "write it with numpy.save(FILE, MATRIX.astype('float64')), MATRIX being output x "
        "input");
  }
  const at::Tensor raw =
      at::empty({header.shape[0], header.shape[1]}, at::TensorOptions(header.dtype));
  std::memcpy(raw.data_ptr(), bytes.data() + header.offset, raw.nbytes());
  return raw.to(at::kDouble);
}

void write_npy(const std::filesystem::path& file, const at::Tensor& matrix) {
  const at::Tensor whole = matrix.to(at::kFloat).contiguous();
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", whole.size(0),
                  whole.size(1));
  constexpr std::size_t before = 10, alignment = 64;
  header.append(alignment - (before + header.size() + 1) % alignment, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY");
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(static_cast<const char*>(whole.data_ptr()), whole.nbytes());
  write_file(file, bytes);
}

}  // namespace glia::compile
