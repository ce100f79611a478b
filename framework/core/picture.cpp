// SPDX-License-Identifier: MIT
#include "core/file_kind.hpp"
#include "core/folder_files.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/picture.hpp>

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace glia {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& what) {
  throw Error(ErrorCode::data, file + what);
}

/// An opened PNG file.
class Png {
 public:
  explicit Png(const std::string& file) : file_(file) {
    image_.version = PNG_IMAGE_VERSION;
    std::error_code ignored;  // a named pipe would wait for its writer
    if (!fs::is_regular_file(file, ignored)) fail(file, " is no PNG picture: it is no file");
    if (!png_image_begin_read_from_file(&image_, file.c_str())) {
      std::string start(16, '\0');
      std::ifstream(file, std::ios::binary).read(start.data(), 16);
      const std::string kind = kind_of_file(start);
      fail(file, kind.empty() || kind == "a PNG picture"
                     ? std::string(" is no PNG picture: ") + image_.message
                     : " is no PNG picture: it is " + kind);
    }
    // Left alone, libpng takes 16 bits for linear light and the same greys for others.
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  }
  Png(const Png&) = delete;
  ~Png() { png_image_free(&image_); }

  PictureSize size() const { return {image_.height, image_.width}; }

  void read(std::span<std::uint8_t> pixels) {
    const bool alpha = image_.format & PNG_FORMAT_FLAG_ALPHA;
    image_.format = alpha ? PNG_FORMAT_GA : PNG_FORMAT_GRAY;
    if (pixels.size() != std::size_t{image_.height} * image_.width) {
      throw Error(ErrorCode::internal, file_ + ": the room for its pixels has the wrong size");
    }
    std::vector<std::uint8_t> both(alpha ? PNG_IMAGE_SIZE(image_) : 0);
    if (!png_image_finish_read(&image_, nullptr, alpha ? both.data() : pixels.data(), 0, nullptr)) {
      fail(file_, std::string(" is damaged: ") + image_.message);
    }
    if (alpha) take_opaque(both, pixels);
  }

 private:
  /// What lies behind a transparent pixel nobody has said: black would be a number made up.
  void take_opaque(const std::vector<std::uint8_t>& both, std::span<std::uint8_t> pixels) const {
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (both[2 * i + 1] != 255) {
        throw Error(ErrorCode::data,
                    fmt::format("{}: the pixel in row {}, column {} is transparent", file_,
                                i / image_.width + 1, i % image_.width + 1),
                    "lay the picture on a background, so that every pixel has one grey");
      }
      pixels[i] = both[2 * i];
    }
  }

  const std::string& file_;
  png_image image_{};
};

bool is_png(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".png";
}

}  // namespace

PictureSize picture_size(const std::string& file) { return Png(file).size(); }

PictureSize read_picture(const std::string& file, const PictureSize& expected,
                         std::span<std::uint8_t> pixels) {
  Png png(file);
  if (png.size() == expected) png.read(pixels);
  return png.size();
}

std::vector<std::string> pictures_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& file : files_below(folder, error)) {
    if (is_png(file)) files.push_back(file.string());
  }
  if (error) throw Error(ErrorCode::io, fmt::format("cannot read {}: {}", folder, error.message()));
  return files;
}

std::string identity_of_pictures(const std::string& folder) {
  try {
    const auto files = pictures_in(folder);
    return identity_of_files(folder, {files.begin(), files.end()});
  } catch (const Error&) {  // to be told when the data are needed
    return {};
  }
}

}  // namespace glia
