// SPDX-License-Identifier: MIT
#include "apply/input.hpp"
#include "core/shell_words.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/picture.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

/// Height and width of the pictures that are wanted.
PictureSize size_of(const SampleSpec& wanted) {
  auto shape = wanted.shape;
  if (shape.size() == 3 && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() == 3 && shape.back() == 1) shape.pop_back();
  if (shape.size() == 2) return {shape[0], shape[1]};
  throw Error(ErrorCode::data,
              "pictures are given to a run that takes samples of " + form_text(wanted.shape),
              "give a .npy or CSV file");
}

/// Grey pixels, row by row, as floats.
void read_floats(const std::string& file, const PictureSize& size, double divide_by, float* out) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size.height * size.width));
  const PictureSize found = read_picture(file, size, pixels);
  if (found != size) {
    throw Error(ErrorCode::data,
                fmt::format("{}: the picture has {} x {} pixels, but the run takes {} x {}", file,
                            found.height, found.width, size.height, size.width),
                fmt::format("bring it to that size: convert {} -resize {}x{}! FILE.png",
                            path_word(file), size.width, size.height));
  }
  const auto divisor = static_cast<float>(divide_by);
  std::transform(pixels.begin(), pixels.end(), out,
                 [&](std::uint8_t pixel) { return static_cast<float>(pixel) / divisor; });
}

std::vector<std::string> pictures_below(const fs::path& folder) {
  auto files = pictures_in(folder.string());
  if (files.empty()) {
    throw Error(ErrorCode::data, folder.string() + " holds no PNG pictures",
                "give a folder of .png files, or a .npy, IDX or CSV file");
  }
  return files;
}

}  // namespace

Samples read_png(const fs::path& path, const SampleSpec& wanted, const Scaling& scaling) {
  const PictureSize size = size_of(wanted);
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  const auto files = folder ? pictures_below(path) : std::vector{path.string()};
  Samples samples{
      at::empty({static_cast<std::int64_t>(files.size()), wanted.features()}, at::kFloat)};
  float* out = samples.inputs.data_ptr<float>();
  for (const std::string& file : files) {
    read_floats(file, size, scaling.bytes, out);
    out += wanted.features();
    samples.names.push_back(folder ? fs::path(file).lexically_relative(path).string()
                                   : path.filename().string());
  }
  return samples;
}

}  // namespace glia::apply
