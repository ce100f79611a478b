// SPDX-License-Identifier: MIT
#pragma once

#include "compile/proof.hpp"
#include "compile/read.hpp"
#include "core/catalog.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::compile {

struct Request {
  std::vector<std::string> networks;  ///< see read_source
  std::filesystem::path folder;       ///< to be made; must not be there, or be empty
  std::string mode = "exchange";
  bool strict = false;
  double box = 6;  ///< strict: inputs lie within -box .. box
  std::uint64_t seed = 1;
  bool place = true;
  std::int64_t rows = 0;  ///< so many are left of the matrix; 0: all
  ReadOptions reading{};
};

/// What a compilation left behind, and how long it took.
struct Result {
  Proof proof;
  double seconds_to_compile = 0, seconds_to_prove = 0;  ///< reading and writing included
  std::filesystem::path picture{};                      ///< empty: too large to see
};

/// Compiles a network into a folder and proves it there. Error (usage, configuration) if the
/// request or the network cannot be compiled, and nothing is left behind then; Error (numeric) if
/// the proof fails.
Result compile_network(const Request& request, const Catalog& catalog);

/// Proves a folder again and compares what its proof.json states: one sentence for everything that
/// does not hold. Whatever is wrong with the files is a sentence, too.
std::vector<std::string> verify(const std::filesystem::path& folder, const Catalog& catalog);

/// The matrix as a lattice on which every connection is a way in a colour of its own and every
/// crossing a dot, as SVG; where rows mix what they carry, every weight is a line. Empty for one
/// that is too large to see.
std::string picture_of(const Matrix& matrix, const std::string& title);

}  // namespace glia::compile
