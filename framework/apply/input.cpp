// SPDX-License-Identifier: MIT
#include "apply/input.hpp"

#include "core/files.hpp"
#include "core/gzip.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view npy_magic = "\x93NUMPY", png_magic = "\x89PNG", gzip_magic = "\x1f\x8b";

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

std::string unpacked(const fs::path& path) {
  std::string bytes;
  gunzip(path, [&](std::string_view some) { bytes += some; });
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
  std::int64_t numbers = 1;
  for (const auto extent : shape) numbers *= extent;
  const bool flat = shape.size() <= 1 && numbers == wanted.features();
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
  std::string bytes = read_file(path);
  if (bytes.starts_with(png_magic)) return read_png(path, wanted, scaling);
  if (bytes.starts_with(gzip_magic)) bytes = unpacked(path);
  const std::string name = path.string();
  if (bytes.starts_with(npy_magic)) return read_npy(name, bytes, wanted, scaling);
  if (is_idx(bytes)) return read_idx(name, bytes, wanted, scaling);
  if (is_text(bytes)) {
    return columns ? read_table(name, bytes, *columns, scaling)
                   : read_csv(name, bytes, wanted, scaling);
  }
  throw Error(ErrorCode::data,
              name + (bytes.empty() ? " is empty" : " is no file that can be read as samples"),
              "give a .npy, IDX (also .gz), CSV or PNG file, or a folder of PNG pictures");
}

}  // namespace glia::apply
