// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// The settings in the resolved.toml of a run or sweep.
class Settings {
 public:
  /// Empty if there is no such file; Error (configuration) if it is not TOML.
  static Settings read(const std::filesystem::path& folder);

  /// The value at a path as an axis names it, steps of a pattern by number or by the name of their
  /// wave: "network.matrix.pattern.leak.sigma".
  std::optional<std::string> find(const std::string& path) const;

  /// All of them, (path, value), steps by number, in the order of the file.
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

  /// The path with steps by the name of their wave, activation or augmentation instead of by number,
  /// where no other step beside them has the name.
  std::string named(const std::string& path) const;

 private:
  std::vector<std::pair<std::string, std::string>> all_;
  std::map<std::string, std::string>
      names_;  ///< of steps, by path: "network.m.pattern.0" -> "leak"
};

/// A setting that differs; "" where one side does not have it.
struct Difference {
  std::string path, a, b;
};

/// In the order of `a`, then what only `b` has, paths as `named` has them. A node that only one side
/// has is one entry, not one for each of its settings. The name of the pipeline is none.
std::vector<Difference> differences(const Settings& a, const Settings& b);

}  // namespace glia::report
