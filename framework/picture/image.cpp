// SPDX-License-Identifier: MIT
#include "picture/image.hpp"

#include "core/files.hpp"
#include "core/temporary_folder.hpp"
#include "report/png.hpp"

#include <glia/sdk/error.hpp>

#include <png.h>

#include <algorithm>
#include <cmath>

namespace glia::picture {
namespace {

constexpr double least_gif = 760, most_gif = 1520;  // pixels across
constexpr int row_time = 40, last_time = 250;       // hundredths of a second

/// Rows of pixels become nearly white.
void fade(Image& image, std::size_t from, std::size_t to) {
  for (std::size_t i = 3 * image.width * from; i < 3 * image.width * to; ++i) {
    image.rgb[i] = static_cast<std::uint8_t>(255 - (255 - image.rgb[i]) / 8);
  }
}

}  // namespace

std::string png_of(const std::string& svg, int width) {
  const TemporaryFolder folder;
  write_file(folder.path() / "picture.svg", svg);
  const std::vector<std::string> size = width > 0
                                            ? std::vector<std::string>{"-w", std::to_string(width)}
                                            : std::vector<std::string>{"-z", "2"};
  if (const auto problem = report::draw_png(folder.path(), "picture", size)) {
    throw Error(ErrorCode::io, "cannot draw the picture: " + problem.text,
                problem.missing ? "install librsvg2-bin, or write an .svg or .html" : "");
  }
  return read_file(folder.path() / "picture.png");
}

Image read_png(const std::string& bytes) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size())) {
    throw Error(ErrorCode::data, std::string("not a PNG picture: ") + png.message);
  }
  png.format = PNG_FORMAT_RGB;
  Image image{png.width, png.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(png))};
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&png, &white, image.rgb.data(), 0, nullptr)) {
    throw Error(ErrorCode::data, std::string("not a PNG picture: ") + png.message);
  }
  return image;
}

std::string gif_of(const WaveDrawing& wave) {
  const auto across = static_cast<int>(std::clamp(wave.width, least_gif, most_gif));
  const Image whole = read_png(png_of(wave.drawing.file(), across));
  const double zoom = static_cast<double>(whole.height) / wave.height;
  const auto pixel = [&](double y) {
    return std::min(whole.height, static_cast<std::size_t>(std::max(0L, std::lround(y * zoom))));
  };
  std::vector<Frame> frames;
  for (std::size_t lit = 0; lit < wave.frames.size(); ++lit) {
    Frame frame{whole, lit + 1 == wave.frames.size() ? last_time : row_time};
    for (std::size_t dark = lit + 1; dark < wave.frames.size(); ++dark) {
      fade(frame.image, pixel(wave.frames[dark].first), pixel(wave.frames[dark].second));
    }
    frames.push_back(std::move(frame));
  }
  return encode_gif(frames);
}

}  // namespace glia::picture
