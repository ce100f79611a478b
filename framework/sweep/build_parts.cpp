// SPDX-License-Identifier: MIT
#include "sweep/build_parts.hpp"

#include "core/hash.hpp"
#include "train/stage_cache.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace glia::sweep {
namespace {

constexpr const char* program_part = "glia";

}  // namespace

std::string build_of(const CatalogEntry& plugin) {
  return fmt::format("{}, build {}", plugin.version, identity_of_file(plugin.file).substr(0, 16));
}

std::map<std::string, std::string> build_parts(const Plan& plan) {
  auto parts = plan.parts;
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
    if (name.starts_with(data_part)) continue;  // every trial looks at its own
    const auto it = own.find(name);
    const std::string is = it == own.end() ? "gone" : it->second;
    if (is != was) text += fmt::format("\n  {}: was {}, is {}", name, was, is);
  }
  if (text.empty()) return;
  throw Error(
      ErrorCode::plugin,
      "what the sweep runs on was replaced while it ran; its trials would not compare:" + text,
      "put the files back and go on with glia resume, or start a new sweep");
}

std::string data_digest(const graph::Stage& load) {
  const std::string label = "\nfiles = ";
  const auto at = load.identity.find(label);
  if (at == std::string::npos) return {};
  const auto begin = at + label.size();
  return sha256_hex(load.identity.substr(begin, load.identity.size() - begin - 1)).substr(0, 16);
}

void note_data(std::map<std::string, std::string>& parts, const graph::Stage& load) {
  const std::string digest = data_digest(load);
  std::string name = data_part + load.node;
  for (int number = 2;; ++number) {
    const auto [it, added] = parts.emplace(name, digest);
    if (added || it->second == digest) return;
    name = fmt::format("{}{} ({})", data_part, load.node, number);
  }
}

void require_data(const std::vector<graph::Stage>& stages,
                  const std::map<std::string, std::string>& parts) {
  for (const auto& stage : stages) {
    const std::string name = data_part + stage.node;
    if (stage.kind != graph::Stage::Kind::load || !parts.count(name)) continue;
    const std::string digest = data_digest(stage);
    const bool planned = std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
      const auto& [key, value] = part;
      return value == digest && (key == name || key.starts_with(name + " ("));
    });
    if (planned) continue;
    throw Error(ErrorCode::data,
                fmt::format("the files of data set '{}' were changed since the sweep was planned; "
                            "this trial would not compare with the others",
                            stage.node),
                "put them back and try such trials again with glia retry, or start a new sweep");
  }
}

}  // namespace glia::sweep
