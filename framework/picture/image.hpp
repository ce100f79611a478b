// SPDX-License-Identifier: MIT
#pragma once

#include "picture/wave_drawing.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::picture {

/// Pixels, three bytes each, row by row.
struct Image {
  std::size_t width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
};

/// Draws an SVG file's text as PNG, so many pixels wide (0: twice as large as it says). Error (io) when rsvg-convert is missing
/// (install librsvg2-bin) or fails.
std::string png_of(const std::string& svg, int width = 0);

/// The pixels of a PNG on white. Error (data) if it is none.
Image read_png(const std::string& bytes);

/// The wave row by row, over and over, as an animated GIF: rows that it has not reached are pale.
/// Error (io) as above.
std::string gif_of(const WaveDrawing& wave);

/// Pictures in at most 255 colours as an animated GIF; each is shown for so many hundredths of a
/// second.
struct Frame {
  Image image;
  int hundredths = 40;
};
std::string encode_gif(const std::vector<Frame>& frames);

}  // namespace glia::picture
