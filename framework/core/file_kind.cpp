// SPDX-License-Identifier: MIT
#include "core/file_kind.hpp"

#include <algorithm>
#include <utility>

namespace glia {

using namespace std::string_view_literals;

std::string kind_of_file(std::string_view start) {
  constexpr std::pair<std::string_view, const char*> kinds[] = {
      {"\x89PNG"sv, "a PNG picture"},
      {"\xFF\xD8\xFF"sv, "a JPEG picture"},
      {"GIF8"sv, "a GIF picture"},
      {"\x93NUMPY"sv, "a NumPy array"},
      {"PK\x03\x04"sv, "a zip archive, as .npz files and PyTorch's .pt files are"},
      {"\x1f\x8b"sv, "compressed by gzip"},
      {"\x89HDF"sv, "an HDF5 file"},
      {"\x80\x02"sv, "a Python pickle"},
      {"\x80\x04"sv, "a Python pickle"},
      {"\x80\x05"sv, "a Python pickle"},
      {"\x7f"
       "ELF"sv,
       "a program or library"},
      {"SQLite format 3"sv, "an SQLite database"},
  };
  for (const auto& [magic, kind] : kinds) {
    if (start.starts_with(magic)) return kind;
  }
  constexpr std::size_t enough = 8;
  const auto is_text = [](unsigned char c) {
    return c >= ' ' ? c != 0x7f && c < 0xf8 : c == '\t' || c == '\n' || c == '\r';
  };
  const auto looked_at = start.substr(0, enough);
  const bool text =
      looked_at.size() == enough && std::all_of(looked_at.begin(), looked_at.end(), is_text);
  return text ? "text" : "";
}

}  // namespace glia
