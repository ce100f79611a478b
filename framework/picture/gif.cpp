// SPDX-License-Identifier: MIT
#include "picture/image.hpp"

#include <glia/sdk/error.hpp>

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

namespace glia::picture {
namespace {

constexpr int colors = 256;
using Key = std::uint16_t;  // four bits of each colour

Key key_of(const std::uint8_t* rgb) {
  return static_cast<Key>((rgb[0] >> 4) << 8 | (rgb[1] >> 4) << 4 | (rgb[2] >> 4));
}

/// The colours that are met most, and for every other one the nearest of them.
class Palette {
 public:
  explicit Palette(const std::vector<Frame>& frames) : places_(4096, -1) {
    struct Met {
      std::size_t count = 0;
      std::array<std::size_t, 3> sum{};
    };
    std::vector<Met> met(4096);
    for (const Frame& frame : frames) {
      for (std::size_t i = 0; i < frame.image.rgb.size(); i += 3) {
        Met& one = met[key_of(&frame.image.rgb[i])];
        ++one.count;
        for (std::size_t c = 0; c < 3; ++c) one.sum[c] += frame.image.rgb[i + c];
      }
    }
    std::vector<Key> order;
    for (std::size_t key = 0; key < met.size(); ++key) {
      if (met[key].count > 0) order.push_back(static_cast<Key>(key));
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](Key a, Key b) { return met[a].count > met[b].count; });
    const std::size_t kept = std::min<std::size_t>(order.size(), colors);
    for (std::size_t i = 0; i < kept; ++i) {
      const Met& one = met[order[i]];
      for (std::size_t c = 0; c < 3; ++c) {
        rgb_[i][c] = static_cast<std::uint8_t>(one.sum[c] / one.count);
      }
      places_[order[i]] = static_cast<int>(i);
    }
    for (std::size_t i = kept; i < order.size(); ++i) places_[order[i]] = nearest(order[i], kept);
  }

  GifByteType place(const std::uint8_t* rgb) const {
    return static_cast<GifByteType>(places_[key_of(rgb)]);
  }
  const std::array<std::uint8_t, 3>& operator[](std::size_t i) const { return rgb_[i]; }

 private:
  int nearest(Key key, std::size_t kept) const {
    int best = 0, least = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i < kept; ++i) {
      int distance = 0;
      for (int c = 0; c < 3; ++c) {
        const int own = ((key >> (8 - 4 * c)) & 15) * 17;
        const int gap = own - rgb_[i][static_cast<std::size_t>(c)];
        distance += gap * gap;
      }
      if (distance < least) least = distance, best = static_cast<int>(i);
    }
    return best;
  }

  std::vector<int> places_;
  std::array<std::array<std::uint8_t, 3>, colors> rgb_{};
};

int append(GifFileType* gif, const GifByteType* bytes, int count) {
  static_cast<std::string*>(gif->UserData)
      ->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  return count;
}

void require(int outcome) {
  if (outcome != GIF_OK) throw Error(ErrorCode::internal, "cannot encode the animation as GIF");
}

/// "Begin anew at the end", as browsers take it from Netscape.
void put_loop(GifFileType* gif) {
  constexpr std::array<GifByteType, 3> forever{1, 0, 0};
  require(EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE));
  require(EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0"));
  require(EGifPutExtensionBlock(gif, forever.size(), forever.data()));
  require(EGifPutExtensionTrailer(gif));
}

/// Only the rows of pixels that differ from the frame before.
void put_frame(GifFileType* gif, const Frame& frame, const Frame* before, const Palette& palette) {
  const Image& image = frame.image;
  std::size_t first = 0, end = image.height;
  const auto same = [&](std::size_t row) {
    const auto at = static_cast<std::ptrdiff_t>(3 * image.width * row);
    const auto length = static_cast<std::ptrdiff_t>(3 * image.width);
    return std::equal(image.rgb.begin() + at, image.rgb.begin() + at + length,
                      before->image.rgb.begin() + at);
  };
  while (before && first + 1 < end && same(first)) ++first;
  while (before && end > first + 1 && same(end - 1)) --end;
  GraphicsControlBlock control{DISPOSE_DO_NOT, false, frame.hundredths, NO_TRANSPARENT_COLOR};
  std::array<GifByteType, 4> bytes{};
  EGifGCBToExtension(&control, bytes.data());
  require(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, bytes.size(), bytes.data()));
  require(EGifPutImageDesc(gif, 0, static_cast<int>(first), static_cast<int>(image.width),
                           static_cast<int>(end - first), false, nullptr));
  std::vector<GifByteType> line(image.width);
  for (std::size_t row = first; row < end; ++row) {
    for (std::size_t i = 0; i < image.width; ++i) {
      line[i] = palette.place(&image.rgb[3 * (row * image.width + i)]);
    }
    require(EGifPutLine(gif, line.data(), static_cast<int>(line.size())));
  }
}

}  // namespace

std::string encode_gif(const std::vector<Frame>& frames) {
  std::string bytes;
  int error = 0;
  GifFileType* gif = EGifOpen(&bytes, append, &error);
  if (!gif) throw Error(ErrorCode::internal, "cannot begin a GIF");
  const auto close = [](GifFileType* file) { EGifCloseFile(file, nullptr); };
  std::unique_ptr<GifFileType, decltype(close)> owner(gif, close);
  EGifSetGifVersion(gif, true);
  const Palette palette(frames);
  const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(
      GifMakeMapObject(colors, nullptr), GifFreeMapObject);
  for (std::size_t i = 0; i < colors; ++i) {
    map->Colors[i] = {palette[i][0], palette[i][1], palette[i][2]};
  }
  const Image& first = frames.front().image;
  require(EGifPutScreenDesc(gif, static_cast<int>(first.width), static_cast<int>(first.height), 8,
                            0, map.get()));
  put_loop(gif);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    put_frame(gif, frames[i], i ? &frames[i - 1] : nullptr, palette);
  }
  static_cast<void>(owner.release());
  require(EGifCloseFile(gif, &error));
  return bytes;
}

}  // namespace glia::picture
