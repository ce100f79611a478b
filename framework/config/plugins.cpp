// SPDX-License-Identifier: MIT
#include "config/plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace glia::config {
namespace {

/// What to do about a plugin that does not exist.
std::string advice(PluginKind kind, const std::string& id, const Catalog& catalog) {
  std::vector<std::string> fitting;
  std::string other;
  for (const auto* entry : catalog.all()) {
    if (entry->descriptor->kind == kind) {
      fitting.push_back(entry->descriptor->id);
    } else if (entry->descriptor->id == id) {
      other = fmt::format("'{}' is a {}", id, kind_name(entry->descriptor->kind));
      if (entry->descriptor->kind == PluginKind::encoder ||
          entry->descriptor->kind == PluginKind::activation) {
        other = fmt::format("'{}' is an {}", id, kind_name(entry->descriptor->kind));
      }
    }
  }
  if (!other.empty()) return other;
  if (auto guess = did_you_mean(id, fitting); !guess.empty()) return guess;
  if (fitting.empty()) return fmt::format("no {} plugin was found at all", kind_name(kind));
  return std::string("available: ") + quoted_list(fitting);
}

void check_rules(const PluginUse& use, const Table& table, Reading& reading) {
  const Descriptor& plugin = *use.plugin->descriptor;
  if (!plugin.violations) return;
  const Source argument = table.blame();
  const Source& place = argument == table.source ? use.source : argument;
  try {
    for (const auto& sentence : plugin.violations(use.values)) {
      reading.problems.error(place, fmt::format("{}: {}", name_of(plugin), sentence));
    }
  } catch (const std::exception& e) {  // foreign code
    reading.problems.error(
        place, fmt::format("{} failed to check its values: {}", name_of(plugin), e.what()));
  }
}

}  // namespace

std::string name_of(const Descriptor& plugin) {
  return fmt::format("{} '{}'", kind_name(plugin.kind), plugin.id);
}

const CatalogEntry* find_plugin(const HostTable& host, const std::string& id, const Source& source,
                                Reading& reading) {
  const PluginKind kind = host.plugin.value();
  const CatalogEntry* entry = reading.catalog.find(kind, id);
  if (!entry) {
    reading.problems.error(source, fmt::format("unknown {} '{}'", kind_name(kind), id),
                           advice(kind, id, reading.catalog));
    return nullptr;
  }
  bool clash = false;
  const auto host_keys = host.keys();
  for (const auto& field : entry->descriptor->fields) {
    if (std::find(host_keys.begin(), host_keys.end(), field.name) == host_keys.end()) continue;
    clash = true;
    reading.problems.error(
        source,
        fmt::format("{} declares a field '{}', but the host itself reads the key '{}' of every {}",
                    name_of(*entry->descriptor), field.name, field.name, host.name),
        "the plugin has to rename its field");
  }
  return clash ? nullptr : entry;
}

PluginUse read_plugin(const HostTable& host, const Table& table, const Member& name,
                      Reading& reading, const Item* fallback) {
  PluginUse use;
  use.source = name.source;
  if (!name.value.text()) return use;  // reported as a field of the host
  use.plugin = find_plugin(host, *name.value.text(), name.value.source, reading);
  if (!use.plugin) return use;  // nobody knows which other keys are right
  const auto& fields = use.plugin->descriptor->fields;
  auto known = host.keys();
  for (const auto& field : fields) known.push_back(field.name);
  refuse_unknown_keys(table, known, reading.problems);
  FieldValues read = read_fields(table, fields, reading, fallback);
  use.values = std::move(read.values);
  if (read.ok) check_rules(use, table, reading);
  return use;
}

}  // namespace glia::config
