// SPDX-License-Identifier: MIT
#include "compile/npy.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <fmt/format.h>

#include <cstring>
#include <regex>

namespace glia::compile {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32;
constexpr const char* magic = "\x93NUMPY";

[[noreturn]] void wrong(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::configuration, fmt::format("{}: {}", file.string(), what),
              "write it with numpy.save(FILE, MATRIX.astype('float64')), MATRIX being output x "
              "input");
}

}  // namespace

at::Tensor read_npy(const std::filesystem::path& file) {
  const std::string bytes = read_file(file, most_bytes);
  if (bytes.size() < 12 || bytes.compare(0, 6, magic) != 0) wrong(file, "is no NumPy .npy file");
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
  };
  const bool first_version = byte(6) == 1;
  const std::size_t start = first_version ? 10 : 12;
  std::size_t length = byte(8) | byte(9) << 8;
  if (!first_version) length |= byte(10) << 16 | byte(11) << 24;
  if (length > bytes.size() - start) wrong(file, "is truncated");
  const std::string header = bytes.substr(start, length);
  std::smatch kind, shape;
  const bool plain = header.find("'fortran_order': False") != std::string::npos;
  if (!std::regex_search(header, kind, std::regex("'descr': '<f([48])'")) || !plain ||
      !std::regex_search(header, shape, std::regex("'shape': \\((\\d{1,9}), (\\d{1,9})\\)"))) {
    wrong(file, "is no matrix of floating-point numbers in C order: " + header);
  }
  const std::int64_t rows = std::stoll(shape[1]), columns = std::stoll(shape[2]);
  const bool wide = kind[1] == "8";
  const std::size_t body = bytes.size() - start - length;
  if (rows < 1 || columns < 1 ||
      body != static_cast<std::size_t>(rows * columns) * (wide ? 8 : 4)) {
    wrong(file, fmt::format("holds {} bytes, which are no {} x {} numbers", body, rows, columns));
  }
  const at::Tensor raw = at::empty({rows, columns}, wide ? at::kDouble : at::kFloat);
  std::memcpy(raw.data_ptr(), bytes.data() + start + length, body);
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
  std::string bytes(magic, 6);
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(static_cast<const char*>(whole.data_ptr()), whole.nbytes());
  write_file(file, bytes);
}

}  // namespace glia::compile
