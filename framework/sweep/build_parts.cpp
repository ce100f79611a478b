// SPDX-License-Identifier: MIT
#include "sweep/build_parts.hpp"

#include "train/stage_cache.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <string>

namespace glia::sweep {
namespace {

constexpr const char* program_part = "glia";

}  // namespace

std::string build_of(const CatalogEntry& plugin) {
  return plugin.version + ", build " + identity_of_file(plugin.file).substr(0, 16);
}

std::map<std::string, std::string> build_parts(const Plan& plan) {
  std::map<std::string, std::string> parts;
  for (const auto& [name, build] : plan.parts) {
    if (!name.starts_with(data_part)) parts[name] = build;
  }
  parts[program_part] = train::program_build();
  return parts;
}

void require_parts(const std::map<std::string, std::string>& parts, const Catalog& catalog) {
  std::map<std::string, std::string> own{{program_part, train::program_build()}};
  for (const auto* entry : catalog.all()) {
    const std::string name = plugin_part(*entry->descriptor);
    if (parts.count(name)) own[name] = build_of(*entry);
  }
  std::string text;
  for (const auto& [name, was] : parts) {
    const auto it = own.find(name);
    const std::string is = it == own.end() ? "gone" : it->second;
    if (is != was) text += "\n  " + name + ": was " + was + ", is " + is;
  }
  if (text.empty()) return;
  throw Error(
      ErrorCode::plugin,
      "what the sweep runs on was replaced while it ran; its trials would not compare:" + text,
      "put the files back and go on with glia resume, or start a new sweep");
}

}  // namespace glia::sweep
