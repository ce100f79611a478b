// SPDX-License-Identifier: MIT
#include "core/gzip.hpp"

#include "fuzz.hpp"

FUZZ_TARGET(gzip) {
  std::size_t size = 0;
  glia::gunzip(fuzz::file_of(bytes), [&](std::string_view piece) { size += piece.size(); });
}
