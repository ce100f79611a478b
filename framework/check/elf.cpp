// SPDX-License-Identifier: MIT
#include "check/elf.hpp"

#include "core/files.hpp"

#include <link.h>

#include <cstring>

namespace glia::check {
namespace {

/// The bytes at `offset` as a T, or zeros beyond the end.
template <class T>
T at(const std::string& bytes, std::size_t offset) {
  T value{};
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof value) {
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  }
  return value;
}

}  // namespace

std::vector<std::string> strong_exports(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  const auto header = at<ElfW(Ehdr)>(bytes, 0);
  const auto section = [&](std::size_t i) {
    return at<ElfW(Shdr)>(bytes, header.e_shoff + i * sizeof(ElfW(Shdr)));
  };
  std::vector<std::string> names;
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    const auto symbols = section(i);
    if (symbols.sh_type != SHT_DYNSYM) continue;
    const auto strings = section(symbols.sh_link);
    for (std::size_t k = 0; k < symbols.sh_size / sizeof(ElfW(Sym)); ++k) {
      const auto symbol = at<ElfW(Sym)>(bytes, symbols.sh_offset + k * sizeof(ElfW(Sym)));
      const bool strong = ELF64_ST_BIND(symbol.st_info) == STB_GLOBAL;
      const auto type = ELF64_ST_TYPE(symbol.st_info);
      const bool defined = symbol.st_shndx != SHN_UNDEF && symbol.st_size > 0;
      if (!strong || !defined || (type != STT_FUNC && type != STT_OBJECT)) continue;
      const std::size_t start = strings.sh_offset + symbol.st_name;
      if (start < bytes.size()) names.emplace_back(bytes.c_str() + start);
    }
  }
  return names;
}

}  // namespace glia::check
