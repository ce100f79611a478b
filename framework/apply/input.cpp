// SPDX-License-Identifier: MIT
#include "apply/input.hpp"

#include "core/file_kind.hpp"
#include "core/file_pieces.hpp"
#include "core/gzip.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view npy_magic = "\x93NUMPY", png_magic = "\x89PNG", gzip_magic = "\x1f\x8b";

constexpr std::size_t most_unpacked = std::size_t{1} << 30;  // of a file of some megabytes

/// 0 0, the type of the numbers, the number of extents.
bool is_idx(std::string_view bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 8 && bytes[2] <= 14 &&
         bytes[3] > 0 && bytes[3] < 8;
}

/// No control characters but for those that text has.
bool is_text(std::string_view bytes) {
  const auto start = bytes.substr(0, 4096);
  return !start.empty() && std::all_of(start.begin(), start.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 32 || c == '\n' || c == '\r' || c == '\t';
  });
}

bool is_known(std::string_view start) {
  return start.starts_with(npy_magic) || start.starts_with(png_magic) ||
         start.starts_with(gzip_magic) || is_idx(start) || is_text(start);
}

void require_known(const fs::path& path, std::string_view start) {
  if (is_known(start)) return;
  const std::string kind = kind_of_file(start);
  const std::string hint =
      kind == "a JPEG picture" || kind == "a GIF picture"
          ? "save it as PNG: convert " + path.filename().string() + " FILE.png; or "
          : std::string();
  throw Error(
      ErrorCode::data,
      path.string() + (start.empty()  ? " is empty"
                       : kind.empty() ? " is no file that can be read as samples"
                                      : " is " + kind + ", which cannot be read as samples"),
      hint + "give a .npy, IDX (also .gz), CSV or PNG file, or a folder of PNG pictures");
}

/// What cannot be samples is told by its start, however large it is.
std::string read_whole(const fs::path& path) {
  std::string bytes;
  each_piece(path, [&](std::string_view some) {
    if (bytes.empty()) require_known(path, some);
    bytes += some;
  });
  return bytes;
}

std::string unpacked(const fs::path& path) {
  std::string bytes;
  gunzip(path, [&](std::string_view some) {
    if (bytes.empty()) require_known(path, some);
    if (bytes.size() + some.size() > most_unpacked) {
      throw Error(ErrorCode::data,
                  fmt::format("{} unpacks to more than {} bytes", path.string(), most_unpacked),
                  "give it in parts");
    }
    bytes += some;
  });
  return bytes;
}

}  // namespace

std::string form_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return shape.size() == 1 ? text + (shape[0] == 1 ? " number" : " numbers") : text;
}

void require_form(const std::string& path, const std::vector<std::int64_t>& shape,
                  const SampleSpec& wanted) {
  const bool flat = shape.size() <= 1 && (shape.empty() ? 1 : shape.front()) == wanted.features();
  if (shape == wanted.shape || flat) return;
  auto padded = wanted.shape;  // pictures of one channel
  padded.insert(padded.begin(), 1);
  auto behind = wanted.shape;
  behind.push_back(1);
  if (shape == padded || shape == behind) return;
  throw Error(ErrorCode::data,
              fmt::format("{}: samples are {}, but the run takes {}", path, form_text(shape),
                          form_text(wanted.shape)),
              "bring the samples to the size that the network was trained on");
}

Samples read_samples(const fs::path& path, const SampleSpec& wanted, const Scaling& scaling,
                     const TableColumns* columns) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw Error(ErrorCode::usage, "there is no file or folder " + path.string(),
                "INPUT is a .npy, IDX, CSV or PNG file, a folder of PNG pictures, or a data set's "
                "table: '{ plugin = \"mnist\" }' or a .toml file");
  }
  if (fs::is_directory(path, ignored)) return read_png(path, wanted, scaling);
  std::string bytes = read_whole(path);
  if (bytes.starts_with(png_magic)) return read_png(path, wanted, scaling);
  if (bytes.starts_with(gzip_magic)) bytes = unpacked(path);
  const std::string name = path.string();
  if (bytes.starts_with(npy_magic)) return read_npy(name, bytes, wanted, scaling);
  if (is_idx(bytes)) return read_idx(name, bytes, wanted, scaling);
  if (is_text(bytes)) {
    return columns ? read_table(name, bytes, *columns, scaling)
                   : read_csv(name, bytes, wanted, scaling);
  }
  if (bytes.empty()) require_known(path, bytes);
  throw Error(ErrorCode::data, name + " is packed, but what it holds is no .npy, IDX or CSV file",
              "unpack it: gunzip " + name);
}

}  // namespace glia::apply
