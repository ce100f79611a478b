// SPDX-License-Identifier: MIT
#include "compile/npy.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace glia::compile {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32;
constexpr std::int64_t most_extent = 999'999'999;
constexpr const char* magic = "\x93NUMPY";

[[noreturn]] void wrong(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorCode::configuration, fmt::format("{}: {}", file.string(), what),
              "write it with numpy.save(FILE, MATRIX.astype('float64')), MATRIX being output x "
              "input");
}

/// What stands behind a key that is there once.
std::string_view value_of(std::string_view header, std::string_view key) {
  const auto at = header.find(key);
  if (at == std::string_view::npos || header.find(key, at + 1) != std::string_view::npos) return {};
  return header.substr(at + key.size());
}

/// "(3, 4)" at the start of a text.
std::optional<std::pair<std::int64_t, std::int64_t>> shape_of(std::string_view text) {
  std::int64_t extents[2] = {};
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  const auto pass = [&](std::string_view what) {
    const bool there = std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(what);
    if (there) at += what.size();
    return there;
  };
  for (int i = 0; i < 2; ++i) {
    if (!pass(i == 0 ? "(" : ", ")) return std::nullopt;
    const auto [rest, error] = std::from_chars(at, end, extents[i]);
    if (error != std::errc{} || extents[i] > most_extent) return std::nullopt;
    at = rest;
  }
  if (!pass(")")) return std::nullopt;
  return std::pair(extents[0], extents[1]);
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
  const std::string_view header = std::string_view(bytes).substr(start, length);
  const auto value = [&](std::string_view key) { return value_of(header, key); };
  const auto kind = value("'descr': ");
  const auto shape = shape_of(value("'shape': "));
  const bool wide = kind.starts_with("'<f8'");
  if (!shape || (!wide && !kind.starts_with("'<f4'")) ||
      !value("'fortran_order': ").starts_with("False")) {
    wrong(file, fmt::format("is no matrix of floating-point numbers in C order: {}",
                            header.substr(0, 200)));
  }
  const auto [rows, columns] = *shape;
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
