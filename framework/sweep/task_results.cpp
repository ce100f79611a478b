// SPDX-License-Identifier: MIT
#include "core/files.hpp"
#include "core/text_file.hpp"
#include "sweep/protocol.hpp"
#include "sweep/task.hpp"

#include <glia/sdk/error.hpp>

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
    try {
      all.push_back(parse_outcome(read_text_file(it->path()), it->path().string()));
    } catch (const Error& e) {
      if (e.code() != ErrorCode::data) throw;
      throw Error(e.code(), e.message(), "remove that file: its trial is then run again");
    }
  }
  return all;
}

}  // namespace glia::sweep
