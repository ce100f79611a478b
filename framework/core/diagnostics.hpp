// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <compare>
#include <string>
#include <vector>

namespace glia {

/// Where a value was written: a place in a file, or an argument of the command line.
struct Source {
  std::string name;  ///< file, or "argument 3 (pipeline.seed=x)"
  int line = 0;      ///< from 1; 0 = no position (arguments, defaults)
  int column = 0;

  /// "pipelines/a.toml:12:9", or just the name.
  std::string text() const {
    return line ? name + ':' + std::to_string(line) + ':' + std::to_string(column) : name;
  }
  auto operator<=>(const Source&) const = default;
};

/// One thing a user can mend.
struct Diagnostic {
  Source source;
  std::string message;
  std::string hint;
};

/// Collects every problem of a file, so that one run shows them all.
class GLIA_API Diagnostics {
 public:
  void error(Source source, std::string message, std::string hint = {});
  bool ok() const { return all_.empty(); }
  /// In order of position.
  std::vector<Diagnostic> sorted() const;
  /// "FILE:LINE:COLUMN: error: message" lines, each hint on a line below.
  std::string text() const;
  /// Throws Error (configuration) holding `text()` unless ok.
  void require_ok() const;

 private:
  std::vector<Diagnostic> all_;
};

/// "did you mean 'x'?" for the candidate closest to `word`, or "" if none is close.
GLIA_API std::string did_you_mean(const std::string& word,
                                  const std::vector<std::string>& candidates);

/// "a, b and c", each in single quotes.
GLIA_API std::string quoted_list(const std::vector<std::string>& words);

}  // namespace glia
