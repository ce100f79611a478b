// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::compile {

struct DepthsRequest {
  std::int64_t widest = 30;  ///< widths from 2 on
  std::int64_t targets = 5;  ///< random dense matrices of each width
  std::uint64_t seed = 1;
  std::filesystem::path folder{};
};

/// What a mode made of the targets of one width.
struct Depth {
  std::int64_t width = 0;
  std::string mode{};
  std::int64_t found = 0;  ///< targets that it could compile within its tolerance
  std::int64_t rows = 0;   ///< the least over those
  std::int64_t cells = 0;  ///< of that one
  double error = 0;        ///< the identity's worst, relative to the greatest weight
  std::int64_t locality_bound = 0, counting_bound = 0;
};

/// Compiles random targets of every width by every mode: how many rows a width takes beside what
/// locality and counting ask for. Writes depths.csv, depths.svg and depths.png into a new folder.
std::vector<Depth> depths(const DepthsRequest& request);

}  // namespace glia::compile
