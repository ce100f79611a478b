// SPDX-License-Identifier: MIT
#include "plugin/elf_symbols.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "plugin/fingerprint.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <link.h>

#include <algorithm>
#include <cstring>
#include <functional>

namespace {

/// A library of one exported symbol of this name, and whatever a section claims.
std::string library(const std::string& name, const std::function<void(ElfW(Shdr) *)>& change = {}) {
  ElfW(Ehdr) header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_type = ET_DYN;
  header.e_shoff = sizeof header;
  header.e_shnum = 3;
  ElfW(Shdr) sections[3]{};
  ElfW(Sym) symbol{};
  symbol.st_name = 1;
  symbol.st_info = STB_GLOBAL << 4 | STT_OBJECT;
  symbol.st_shndx = 1;
  symbol.st_size = 1;
  const std::uint64_t data = sizeof header + sizeof sections;
  sections[1].sh_type = SHT_DYNSYM;
  sections[1].sh_offset = data;
  sections[1].sh_size = sizeof symbol;
  sections[1].sh_link = 2;
  sections[2].sh_type = SHT_STRTAB;
  sections[2].sh_offset = data + sizeof symbol;
  sections[2].sh_size = name.size() + 2;
  if (change) change(sections);
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(sections), sizeof sections);
  bytes.append(reinterpret_cast<const char*>(&symbol), sizeof symbol);
  return bytes + '\0' + name + '\0';
}

}  // namespace

TEST_CASE("Exported names are read where they lie, whatever sizes a file claims") {
  const TempFolder folder;
  const auto names = [&](const std::string& bytes) {
    glia::write_file(folder / "a.so", bytes);
    return glia::plugin::exported_names(folder / "a.so", "glia_");
  };
  CHECK(names(library("glia_abi")) == std::vector<std::string>{"glia_abi"});
  CHECK(names(library("other")).empty());
  CHECK(names(library("glia_" + std::string(300'000, '1'))).at(0).size() == 256);
  for (const std::uint64_t size : {std::uint64_t{12} << 30, ~std::uint64_t{0}}) {
    CHECK(names(library("glia_x", [&](ElfW(Shdr) * s) { s[2].sh_size = size; })).empty());
    CHECK(names(library("glia_x", [&](ElfW(Shdr) * s) { s[1].sh_size = size; })).empty());
    CHECK(names(library("glia_x", [&](ElfW(Shdr) * s) { s[1].sh_offset = size; })).empty());
    CHECK(names(library("glia_x", [&](ElfW(Shdr) * s) {
            s[2].sh_type = SHT_NOBITS;
            s[2].sh_size = size;
          })).empty());
  }
  CHECK_THROWS_AS(names(library("glia_x", [](ElfW(Shdr) * s) { s[1].sh_link = 77; })), glia::Error);
  CHECK_THROWS_AS(names("no library"), glia::Error);
  const std::string whole = library("glia_abi");
  for (std::size_t size = 0; size < whole.size(); ++size) {  // cut anywhere: an error or nothing
    try {
      const auto found = names(whole.substr(0, size));
      CHECK(found.size() <= 1);
    } catch (const glia::Error&) {
    }
  }
}

TEST_CASE("The libraries that a library needs are read like its names") {
  const auto needed = glia::plugin::needed_libraries(GLIA_BINARY_DIR "/lib/libglia_host.so");
  CHECK(std::count(needed.begin(), needed.end(), "libc.so.6") == 1);
  CHECK(std::count(needed.begin(), needed.end(), "libglia.so.0") == 1);
  const TempFolder folder;
  const std::string whole = glia::read_file(GLIA_BINARY_DIR "/lib/libglia_host.so").substr(0, 5000);
  glia::write_file(folder / "cut.so", whole);
  CHECK_THROWS_AS(glia::plugin::needed_libraries(folder / "cut.so"), glia::Error);
}

TEST_CASE("A fingerprint of any length is read without a stack per character") {
  using glia::plugin::parse_fingerprint;
  const std::string good = glia::plugin::host_fingerprint_symbol();
  REQUIRE(parse_fingerprint(good));
  CHECK_FALSE(parse_fingerprint("glia_abi__" + std::string(300'000, '1') + good.substr(11)));
  CHECK_FALSE(parse_fingerprint(good + "1"));
  CHECK_FALSE(parse_fingerprint(good + std::string(300'000, '1')));
  for (std::size_t i = 0; i < good.size(); ++i) CHECK_FALSE(parse_fingerprint(good.substr(0, i)));
}
