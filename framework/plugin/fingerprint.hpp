// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glia::plugin {

/// What a fingerprint symbol says (sdk/fingerprint.hpp), as text fit to be shown.
struct Fingerprint {
  std::string sdk;               ///< "2.0"
  std::string torch;             ///< "1.13.0"
  std::string cxx11_abi;         ///< "yes" or "no"
  std::string compiler;          ///< "gnu" or "clang"
  std::string debug_containers;  ///< "yes" or "no"

  bool operator==(const Fingerprint&) const = default;
};

/// Every fingerprint symbol starts so.
inline constexpr std::string_view fingerprint_prefix = "glia_abi__";

/// Nothing if `symbol` is not made of the known fields. [thread-safe]
std::optional<Fingerprint> parse_fingerprint(std::string_view symbol);

/// The fingerprint symbol of this program, and its fields.
const std::string& host_fingerprint_symbol();
const Fingerprint& host_fingerprint();

/// "LibTorch 2.5.1 instead of 1.13.0, ...", or "" if nothing differs.
std::string differences(const Fingerprint& host, const Fingerprint& plugin);

/// Field, host and plugin side by side, one field per line; differing lines are marked.
std::string comparison_table(const Fingerprint& host, const Fingerprint& plugin);

/// The same, row by row: field, host, plugin.
struct Comparison {
  std::string field, host, plugin;
};
std::vector<Comparison> compare(const Fingerprint& host, const Fingerprint& plugin);

/// What to do about the differences: "rebuild the plugin ...".
std::string remedy(const Fingerprint& host, const Fingerprint& plugin);

}  // namespace glia::plugin
