// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/plugin.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::check {

enum class Severity { error, warning };

/// What a check works on: the file as a whole, or each thing that the library offers.
enum class Scope { library, plugin };

/// Kinds of plugin that a check applies to, as a set of bits.
using Kinds = unsigned;
constexpr Kinds bit(PluginKind kind) { return 1u << static_cast<unsigned>(kind); }
inline constexpr Kinds datasets = bit(PluginKind::dataset);
inline constexpr Kinds encoders = bit(PluginKind::encoder);
inline constexpr Kinds waves = bit(PluginKind::wave_layer);
inline constexpr Kinds activations = bit(PluginKind::activation);
inline constexpr Kinds heads = bit(PluginKind::head);
inline constexpr Kinds tasks = bit(PluginKind::task);
/// What turns tensors into tensors.
inline constexpr Kinds networks = encoders | waves | activations | heads;
inline constexpr Kinds all_kinds = datasets | networks | tasks;

/// What a check is given. `descriptor` is set for Scope::plugin only.
struct Subject {
  std::filesystem::path file;
  const Descriptor* descriptor = nullptr;
  std::uint64_t seed = 1;
};

/// One property that every plugin must have. The function returns if it holds, and otherwise throws
/// Failure, Skip or Unseen; any other exception that leaves the plugin is a failure too.
struct Check {
  const char* id;   ///< "<group>-<what>"
  const char* why;  ///< what goes wrong without it, in one sentence
  Severity severity;
  Scope scope;
  Kinds kinds;
  void (*run)(const Subject&);
  bool gate = false;  ///< where it fails, nothing after it can be trusted, and all is skipped

  std::string group() const { return std::string(id).substr(0, std::string(id).find('-')); }
};

/// Every check, in the order in which they run.
const std::vector<Check>& all_checks();

/// The property does not hold.
struct Failure {
  std::string detail;
};
/// The property does not concern this plugin, and why.
struct Skip {
  std::string reason;
};
/// The property concerns the plugin, but the kit could not look, and why: nothing is known of it.
struct Unseen {
  std::string reason;
};

// Each group lives in a file of its own.
std::vector<Check> library_checks();
std::vector<Check> schema_checks();
std::vector<Check> stencil_checks();
std::vector<Check> numeric_checks();
std::vector<Check> sample_checks();
std::vector<Check> gradient_checks();
std::vector<Check> activation_checks();
std::vector<Check> locality_checks();
std::vector<Check> state_checks();
std::vector<Check> thread_checks();
std::vector<Check> hygiene_checks();
std::vector<Check> dataset_checks();
std::vector<Check> training_checks();
std::vector<Check> task_checks();

}  // namespace glia::check
