// SPDX-License-Identifier: MIT
#include "cli/plugin_names.hpp"

#include "core/diagnostics.hpp"
#include "plugin/example.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia::cli {
namespace fs = std::filesystem;
using plugin::kind_key;
namespace {

struct Name {
  std::string kind;  ///< "" = any
  std::string id;
};

/// "wave_layer/slide", "wave:slide", or "slide"; another text before the mark is not a kind.
Name split_name(const std::string& text) {
  const auto mark = text.find_first_of("/:");
  if (mark != std::string::npos) {
    const std::string kind = text.substr(0, mark);
    if (kind == "wave") return {"wave_layer", text.substr(mark + 1)};
    for (const auto known : plugin_kinds) {
      if (kind == plugin::kind_key(known)) return {kind, text.substr(mark + 1)};
    }
  }
  return {"", text};
}

}  // namespace

bool means_file(const std::string& text) {
  if (text.ends_with(".so")) return true;
  return split_name(text).kind.empty() && text.find('/') != std::string::npos;
}

const CatalogEntry& find_plugin(const std::string& text, const Session& session) {
  const auto& registry = plugin::load_plugins(session.plugin_path);
  const Name name = split_name(text);
  std::vector<const CatalogEntry*> found;
  std::vector<std::string> known;
  for (const auto* entry : registry.all()) {
    if (!name.kind.empty() && name.kind != kind_key(entry->descriptor->kind)) continue;
    known.push_back(entry->descriptor->id);
    if (entry->descriptor->id == name.id) found.push_back(entry);
  }
  if (found.empty()) {
    const std::string guess = did_you_mean(name.id, known);
    throw Error(ErrorCode::usage,
                fmt::format("there is no plugin '{}'\n{}", text, registry.search_report()),
                guess.empty() ? "'glia plugin list' shows all plugins" : guess);
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const auto* entry : found) names.push_back(plugin::subject_name(*entry->descriptor));
    throw Error(ErrorCode::usage, fmt::format("'{}' names more than one plugin", text),
                "say which: " + quoted_list(names));
  }
  return *found.front();
}

LibraryPlace find_library(const std::string& text, const Session& session) {
  if (means_file(text)) {
    if (!fs::exists(fs::symlink_status(text))) {
      throw Error(ErrorCode::usage, "there is no file " + text);
    }
    return {fs::absolute(text).lexically_normal(), ""};
  }
  const auto& entry = find_plugin(text, session);
  return {entry.file, plugin::subject_name(*entry.descriptor)};
}

}  // namespace glia::cli
