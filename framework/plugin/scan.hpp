// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glia::plugin {

/// What trying a file in a child process gave.
struct Verdict {
  enum class Kind {
    loads,     ///< safe to load here
    refused,   ///< an ordinary error: see reason and hint
    crashes,   ///< it ended or hung the child
    unscanned  ///< no child could be started, which says nothing about the file
  };
  Kind kind = Kind::loads;
  std::string reason;
  std::string hint;
};

using Verdicts = std::map<std::filesystem::path, Verdict>;

/// Loads every file in a child process, so that a library that crashes or hangs in its initialisers
/// costs a line and not the program. One child for all; another one after each crash. A file may
/// take 30 seconds, or $GLIA_SCAN_SECONDS.
///
/// The child is this program (`glia plugin scan`); in other programs $GLIA_PROGRAM, or `glia` in
/// the same folder. [main thread]
Verdicts scan(const std::vector<std::filesystem::path>& files);

/// The child's side: loads each file and writes a line of JSON to stdout before it and after it.
/// Does not return, so that no destructor of a plugin runs.
[[noreturn]] void scan_child(const std::vector<std::string>& files);

}  // namespace glia::plugin
