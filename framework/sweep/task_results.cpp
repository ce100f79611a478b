// SPDX-License-Identifier: MIT
#include "core/files.hpp"
#include "sweep/protocol.hpp"
#include "sweep/task.hpp"

#include <system_error>

namespace glia::sweep {
namespace fs = std::filesystem;

fs::path result_file(const fs::path& sweep, std::size_t trial) {
  return sweep / "slurm" / "results" / (std::to_string(trial) + ".json");
}

std::vector<Outcome> uncollected(const fs::path& sweep) {
  std::vector<Outcome> all;
  std::error_code error;
  for (fs::directory_iterator it(sweep / "slurm" / "results", error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".json") continue;
    all.push_back(parse_outcome(read_file(it->path())));
  }
  return all;
}

}  // namespace glia::sweep
