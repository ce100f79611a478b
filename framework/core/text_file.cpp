// SPDX-License-Identifier: MIT
#include "core/text_file.hpp"

#include "core/file_pieces.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <string_view>

namespace glia {

std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
  std::string
      text;  // not reserved: a hole of a file is zeros, so its size says nothing of its text
  each_piece(path, [&](std::string_view bytes) {
    if (const auto zero = bytes.find('\0'); zero != std::string_view::npos) {
      throw Error(ErrorCode::data, fmt::format("{}: is damaged, or no text: its byte {} is zero",
                                               path.string(), text.size() + zero));
    }
    if (text.size() + bytes.size() > limit) {
      throw Error(ErrorCode::io,
                  fmt::format("{} holds more than the {} bytes that such a file can have",
                              path.string(), limit));
    }
    text.append(bytes);
  });
  return text;
}

}  // namespace glia
