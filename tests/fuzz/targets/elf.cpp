// SPDX-License-Identifier: MIT
// A shared library before it is opened.
#include "fuzz.hpp"
#include "plugin/elf_symbols.hpp"
#include "plugin/library.hpp"

FUZZ_TARGET(elf) {
  const auto path = fuzz::file_of(bytes, "input.so");
  for (const auto& name : glia::plugin::exported_names(path, "glia_")) {
    fuzz::require(name.size() <= 256, "a name longer than any");
  }
  glia::plugin::read_fingerprint(path);
}
