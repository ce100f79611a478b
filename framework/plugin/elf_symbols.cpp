// SPDX-License-Identifier: MIT
// Hand-written: Boost.DLL's reader allocates whatever sizes a file claims, 12 GiB for 5 KB.
#include "plugin/elf_symbols.hpp"

#include "core/mapped_file.hpp"

#include <glia/sdk/error.hpp>

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace glia::plugin {
namespace {

constexpr std::size_t most_found = 100;

/// An object of the file, copied out of it, as it need not be aligned.
template <class T>
bool read_at(std::string_view bytes, std::uint64_t offset, T& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof out) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof out);
  return true;
}

/// What a section holds; empty if it lies outside of the file.
std::string_view content(std::string_view bytes, const ElfW(Shdr) & section) {
  if (section.sh_type == SHT_NOBITS || section.sh_offset > bytes.size() ||
      section.sh_size > bytes.size() - section.sh_offset) {
    return {};
  }
  return bytes.substr(section.sh_offset, section.sh_size);
}

bool exported(const ElfW(Sym) & symbol) {
  const auto binding = symbol.st_info >> 4, visibility = symbol.st_other & 3;
  return symbol.st_shndx != SHN_UNDEF && symbol.st_size > 0 && binding != STB_LOCAL &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

/// Hands every section of type `type` and the names that it points at to `use`, until that says no.
template <class Use>
void each_section(std::string_view bytes, std::uint32_t type, const Use& use) {
  const auto fail = [](const char* what) {
    throw Error(ErrorCode::plugin, std::string("its symbols cannot be read: ") + what,
                "build or copy it again");
  };
  ElfW(Ehdr) header{};
  if (!read_at(bytes, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    fail("it is no shared library");
  }
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    ElfW(Shdr) section{}, names{};
    if (!read_at(bytes, header.e_shoff + i * sizeof section, section))
      fail("the file ends too early");
    if (section.sh_type != type) continue;
    if (section.sh_link >= header.e_shnum ||
        !read_at(bytes, header.e_shoff + section.sh_link * sizeof names, names)) {
      fail("their names are missing");
    }
    if (!use(content(bytes, section), content(bytes, names))) return;
  }
}

/// The name that begins there, cut to `longest` bytes.
std::string_view name_at(std::string_view names, std::uint64_t at, std::size_t longest) {
  const auto name = names.substr(at, longest);
  return name.substr(0, std::min(name.find('\0'), name.size()));
}

}  // namespace

std::vector<std::string> exported_names(const std::filesystem::path& file,
                                        const std::string& prefix, std::size_t longest) {
  const MappedFile mapped(file);
  std::vector<std::string> found;
  each_section(mapped.bytes(), SHT_DYNSYM, [&](std::string_view table, std::string_view names) {
    ElfW(Sym) symbol{};
    for (std::uint64_t at = 0; read_at(table, at, symbol); at += sizeof symbol) {
      if (symbol.st_name >= names.size() || !exported(symbol)) continue;
      if (!names.substr(symbol.st_name).starts_with(prefix)) continue;
      found.emplace_back(name_at(names, symbol.st_name, longest));
      if (found.size() == most_found) return false;
    }
    return true;
  });
  return found;
}

std::vector<std::string> needed_libraries(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  std::vector<std::string> found;
  each_section(mapped.bytes(), SHT_DYNAMIC, [&](std::string_view table, std::string_view names) {
    ElfW(Dyn) entry{};
    for (std::uint64_t at = 0; read_at(table, at, entry); at += sizeof entry) {
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag != DT_NEEDED || entry.d_un.d_val >= names.size()) continue;
      found.emplace_back(name_at(names, entry.d_un.d_val, 256));
      if (found.size() == most_found) return false;
    }
    return true;
  });
  return found;
}

}  // namespace glia::plugin
