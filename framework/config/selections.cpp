// SPDX-License-Identifier: MIT
#include "config/selections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glia::config {
namespace {

/// "is a setting of optimizer 'sgd', and this one is 'adam'" for a key that another choice has.
std::string whose(const HostTable& host, const ValueMap& own, const std::string& key) {
  for (const std::string& selection : host.selections) {
    const auto& chosen = std::get<std::string>(own.at(selection));
    for (const Declared* other : declared(selection)) {
      const auto has = std::any_of(other->fields.begin(), other->fields.end(),
                                   [&](const FieldSpec& field) { return field.name == key; });
      if (has && other->name != chosen) {
        return fmt::format("'{}' is a setting of {} '{}', and this one is '{}'", key, selection,
                           other->name, chosen);
      }
    }
  }
  return {};
}

void check_rules(const std::function<std::vector<std::string>(const ValueMap&)>& violations,
                 const ValueMap& values, const Table& table, Reading& reading) {
  if (!violations) return;
  for (const auto& sentence : violations(values)) reading.problems.error(table.blame(), sentence);
}

}  // namespace

SelectedValues read_selected(const HostTable& host, const Table& table, Reading& reading) {
  SelectedValues read{.own = read_fields(table, host.fields, reading)};
  auto known = host.keys();
  std::vector<const Declared*> chosen;
  for (const std::string& selection : host.selections) {
    const auto& name = std::get<std::string>(read.own.values.at(selection));
    if (const Declared* choice = find_declared(selection, name)) chosen.push_back(choice);
  }
  for (const Declared* choice : chosen) {
    for (const auto& field : choice->fields) known.push_back(field.name);
  }
  for (const auto& member : table.item->members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    if (const auto hint = whose(host, read.own.values, member.key); !hint.empty()) {
      reading.problems.error(
          member.source, fmt::format("'{}' has no effect in '{}'", member.key, table.path), hint);
      known.push_back(member.key);  // said
    }
  }
  refuse_unknown_keys(table, known, reading.problems);
  if (read.own.ok) check_rules(host.violations, read.own.values, table, reading);
  for (const Declared* choice : chosen) {
    FieldValues settings = read_fields(table, choice->fields, reading);
    if (settings.ok) check_rules(choice->violations, settings.values, table, reading);
    read.settings.merge(settings.values);
  }
  return read;
}

}  // namespace glia::config
