// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace glia {

// PNG files as grey pictures: 0 is black, 255 white. Colours become grey by their luminance; behind
// what can be seen through is black. [all thread-safe]

/// In pixels.
struct PictureSize {
  std::int64_t height = 0, width = 0;
  bool operator==(const PictureSize&) const = default;
};

/// Error (data) names the file if it is no PNG picture.
GLIA_API PictureSize picture_size(const std::string& file);

/// Reads a picture of the size `expected` into `pixels` [height * width], row by row. Returns the
/// size that it has; if that is another one, nothing is read. Error (data) names a file that is no
/// PNG picture, or a damaged one.
GLIA_API PictureSize read_picture(const std::string& file, const PictureSize& expected,
                                  std::span<std::uint8_t> pixels);

/// The files in a folder and the folders in it that end in .png, in the order of their names. Error
/// (io) if it cannot be read.
GLIA_API std::vector<std::string> pictures_in(const std::string& folder);

/// SHA-256 of the names and bytes of these files; "" if they cannot be read. What a data set of
/// pictures gives as its identity.
GLIA_API std::string identity_of_pictures(const std::string& folder);

}  // namespace glia
