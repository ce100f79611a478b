// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace glia {

/// What this program was built from.
struct BuildInfo {
  std::string version;  ///< "0.1.0"
  std::string commit;   ///< 40 hexadecimal digits, or "" if built outside a git checkout
  bool dirty = false;   ///< tracked files differed from the commit
  /// Hash of the sources that numbers come from (framework/core, graph, train, wave, ...) as
  /// committed; "" if they differ from the commit, or there is none.
  std::string engine;
  std::string build_type;  ///< "Release"
  std::string compiler;    ///< "GNU 12.2.0"
  std::string sanitizers;  ///< "" for none
};
GLIA_API const BuildInfo& build_info();

/// What a run needs to tell where its numbers come from: build, library versions, machine, thread
/// budget, start (UTC) and command line. No host or user name. `libraries` adds versions to those
/// known here (LibTorch, oneTBB, those of matrix products). Whatever cannot be found out is null;
/// never throws for that.
GLIA_API nlohmann::json provenance(
    const std::vector<std::string>& command_line,
    std::chrono::system_clock::time_point started = std::chrono::system_clock::now(),
    const std::map<std::string, std::string>& libraries = {});

}  // namespace glia
