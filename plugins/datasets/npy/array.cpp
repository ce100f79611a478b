// SPDX-License-Identifier: MIT
#include "array.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/Functions.h>

#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

// The header is read by hand: no NumPy reader is packaged, and this is all of the format.
namespace npy {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are read as little-endian");

[[noreturn]] void fail(const std::string& path, const std::string& what,
                       const std::string& remedy = "write it with numpy.save(FILE, ARRAY)") {
  throw glia::Error(glia::ErrorCode::data, path + ": " + what, remedy);
}

/// What stands behind 'KEY': in the header's Python dictionary, up to the next comma outside of
/// parentheses.
std::string entry(const std::string& path, const std::string& header, const std::string& key) {
  auto at = header.find("'" + key + "'");
  if (at != std::string::npos) at = header.find(':', at);
  if (at == std::string::npos) fail(path, "damaged header: it has no '" + key + "'");
  // Python would take the last, and others the first.
  if (header.find("'" + key + "'", at) != std::string::npos) {
    fail(path, "damaged header: it has '" + key + "' twice");
  }
  at = header.find_first_not_of(' ', at + 1);
  std::size_t end = at;
  for (int depth = 0; end < header.size(); ++end) {
    if (header[end] == '(') ++depth;
    if (header[end] == ')') --depth;
    if (depth == 0 && (header[end] == ',' || header[end] == '}')) break;
  }
  return at == std::string::npos ? "" : header.substr(at, end - at);
}

at::ScalarType dtype_of(const std::string& path, const std::string& text) {
  const std::string name = text.size() > 2 ? text.substr(1, text.size() - 2) : text;  // quotes
  if (name.size() == 3) {
    const std::string kind = name.substr(1);
    const bool byte = kind[1] == '1';
    if (name[0] == '>' && !byte) {
      fail(path, "its numbers are big-endian ('" + name + "')",
           "save ARRAY.astype('" + kind + "') instead");
    }
    if (kind == "f4") return at::kFloat;
    if (kind == "f8") return at::kDouble;
    if (kind == "f2") return at::kHalf;
    if (kind == "u1") return at::kByte;
    if (kind == "i1") return at::kChar;
    if (kind == "i2") return at::kShort;
    if (kind == "i4") return at::kInt;
    if (kind == "i8") return at::kLong;
    if (kind == "b1") return at::kBool;
  }
  fail(path, "arrays of dtype '" + name + "' cannot be read",
       "save ARRAY.astype('float32') or .astype('int64') instead");
}

constexpr std::size_t most_axes = 32;

/// "(64, 28, 28)": whole numbers between commas, nothing else.
std::vector<std::int64_t> shape_of(const std::string& path, const std::string& text) {
  std::vector<std::int64_t> shape;
  const auto end = text.find(')');
  if (text.empty() || text[0] != '(' || end == std::string::npos) {
    fail(path, "damaged header: shape " + text);
  }
  std::istringstream parts(text.substr(1, end - 1));
  for (std::string part; std::getline(parts, part, ',');) {
    const auto first = part.find_first_not_of(' ');
    if (first == std::string::npos) continue;  // the comma of "(64,)"
    const auto last = part.find_last_not_of(' ');
    std::int64_t extent = -1;
    const auto [rest, error] = std::from_chars(part.data() + first, part.data() + last + 1, extent);
    if (error != std::errc{} || rest != part.data() + last + 1 || extent < 0) {
      fail(path, "damaged header: shape " + text);
    }
    shape.push_back(extent);
    if (shape.size() > most_axes) fail(path, "damaged header: it has more axes than NumPy knows");
  }
  return shape;
}

/// Bytes of the array, or nullopt where that is more than any file holds.
std::optional<std::int64_t> bytes_of(const Header& header) {
  std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(header.dtype));
  for (const auto extent : header.shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

}  // namespace

Header read_header(const std::string& path) {
  std::error_code reason;
  const auto status = std::filesystem::status(path, reason);
  if (!std::filesystem::exists(status)) fail(path, "there is no such file", "");
  if (std::filesystem::is_directory(status)) fail(path, "is a folder, expected a .npy file", "");
  if (!std::filesystem::is_regular_file(status)) {  // a named pipe would wait for its writer
    fail(path, "is a named pipe, a socket or a device, expected a file", "");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, std::string("cannot be opened: ") + std::strerror(errno), "");
  unsigned char start[12] = {};
  file.read(reinterpret_cast<char*>(start), 10);
  if (file.gcount() < 10 || std::memcmp(start, "\x93NUMPY", 6) != 0) {
    const bool zip = start[0] == 'P' && start[1] == 'K';
    fail(path, zip ? "is a .npz archive, expected a .npy file" : "is not a NumPy .npy file");
  }
  const int version = start[6];
  if (version < 1 || version > 3) {
    fail(path, "has format version " + std::to_string(version) + ", known are 1 to 3");
  }
  std::size_t length = start[8] | std::size_t{start[9]} << 8;
  Header header;
  header.offset = 10;
  if (version > 1) {
    file.read(reinterpret_cast<char*>(start) + 10, 2);
    length |= std::size_t{start[10]} << 16 | std::size_t{start[11]} << 24;
    header.offset = 12;
  }
  constexpr std::size_t longest = 1 << 20;
  if (length > longest) fail(path, "damaged header: its length is " + std::to_string(length));
  std::string text(length, '\0');
  file.read(text.data(), static_cast<std::streamsize>(length));
  if (static_cast<std::size_t>(file.gcount()) < length) fail(path, "truncated: the header ends");
  header.offset += static_cast<std::int64_t>(length);
  header.dtype = dtype_of(path, entry(path, text, "descr"));
  header.shape = shape_of(path, entry(path, text, "shape"));
  if (entry(path, text, "fortran_order") != "False" && header.shape.size() > 1) {
    fail(path, "its numbers are in Fortran order", "save numpy.ascontiguousarray(ARRAY) instead");
  }
  const auto expected = bytes_of(header);
  const auto found = static_cast<std::int64_t>(std::filesystem::file_size(path)) - header.offset;
  if (!expected || *expected > found) {
    fail(path, "truncated: its shape asks for " +
                   (expected ? std::to_string(*expected) : std::string("far too many")) +
                   " bytes, it has " + std::to_string(found));
  }
  if (*expected < found) {
    fail(path,
         "holds " + std::to_string(found - *expected) +
             " bytes more than its shape asks for: another array, or the rest of an older file",
         "numpy.save writes one array into a file: give each a name of its own");
  }
  return header;
}

at::Tensor map_array(const std::string& path) {
  const Header header = read_header(path);
  const std::int64_t bytes = *bytes_of(header);
  if (bytes == 0) fail(path, "holds no samples", "");
  const at::Tensor file =
      at::from_file(path, /*shared=*/false, header.offset + bytes, at::TensorOptions(at::kByte));
  // Headers are padded so that numbers are aligned; a foreign writer may not, and then we copy.
  at::Tensor data = file.narrow(0, header.offset, bytes);
  if (header.offset % static_cast<std::int64_t>(c10::elementSize(header.dtype)) != 0) {
    data = data.clone();
  }
  return at::from_blob(
      data.data_ptr(), header.shape, [data](void*) {}, at::TensorOptions(header.dtype));
}

}  // namespace npy
