// SPDX-License-Identifier: MIT
#include "apply/input.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <system_error>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

/// Height and width of the pictures that are wanted.
struct Size {
  std::int64_t height = 0, width = 0;
};

Size size_of(const SampleSpec& wanted) {
  auto shape = wanted.shape;
  if (shape.size() == 3 && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() == 3 && shape.back() == 1) shape.pop_back();
  if (shape.size() == 2) return {shape[0], shape[1]};
  throw Error(ErrorCode::data,
              "pictures are given to a run that takes samples of " + form_text(wanted.shape),
              "give a .npy or CSV file");
}

/// Grey pixels, row by row, as floats.
void read_picture(const fs::path& file, const Size& size, double divide_by, float* out) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, file.c_str())) {
    throw Error(ErrorCode::data,
                fmt::format("{} is no PNG picture: {}", file.string(), image.message));
  }
  if (image.height != size.height || image.width != size.width) {
    const auto [width, height] = std::pair(image.width, image.height);
    png_image_free(&image);
    throw Error(ErrorCode::data,
                fmt::format("{}: the picture has {} x {} pixels, but the run takes {} x {}",
                            file.string(), height, width, size.height, size.width),
                fmt::format("bring it to that size: convert {} -resize {}x{}! FILE.png",
                            file.filename().string(), size.width, size.height));
  }
  image.format = PNG_FORMAT_GRAY;
  std::vector<png_byte> pixels(PNG_IMAGE_SIZE(image));
  const png_color black{0, 0, 0};  // behind what can be seen through
  if (!png_image_finish_read(&image, &black, pixels.data(), 0, nullptr)) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", file.string(), image.message));
  }
  const auto divisor = static_cast<float>(divide_by);
  std::transform(pixels.begin(), pixels.end(), out,
                 [&](png_byte pixel) { return static_cast<float>(pixel) / divisor; });
}

std::vector<fs::path> pictures_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::string ending = it->path().extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == ".png") files.push_back(it->path());
  }
  if (error) {
    throw Error(ErrorCode::io, "cannot read " + folder.string() + ": " + error.message());
  }
  if (files.empty()) {
    throw Error(ErrorCode::data, folder.string() + " holds no PNG pictures",
                "give a folder of .png files, or a .npy, IDX or CSV file");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Samples read_png(const fs::path& path, const SampleSpec& wanted, const Scaling& scaling) {
  const Size size = size_of(wanted);
  std::error_code ignored;
  const bool folder = fs::is_directory(path, ignored);
  const auto files = folder ? pictures_in(path) : std::vector<fs::path>{path};
  Samples samples{
      at::empty({static_cast<std::int64_t>(files.size()), wanted.features()}, at::kFloat)};
  float* out = samples.inputs.data_ptr<float>();
  for (const fs::path& file : files) {
    read_picture(file, size, scaling.bytes, out);
    out += wanted.features();
    samples.names.push_back(folder ? file.lexically_relative(path).string()
                                   : file.filename().string());
  }
  return samples;
}

}  // namespace glia::apply
