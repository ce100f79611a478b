// SPDX-License-Identifier: MIT
#include "config/nodes.hpp"

#include "config/node_kind.hpp"
#include "config/node_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace glia::config {
namespace {

bool is_good_id(const std::string& id) {
  constexpr const char* letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !id.empty() && id.find_first_not_of(letters) == std::string::npos;
}

void refuse_unknown_tables(const Item& root, Reading& reading) {
  const auto& known = top_level_tables();
  for (const auto& member : root.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    std::vector<std::string> all = known;
    all.emplace_back("extends");  // taken out of the document before
    std::string hint = did_you_mean(member.key, all);
    if (hint.empty()) hint = "a pipeline file has the tables " + quoted_list(known);
    reading.problems.error(
        member.source,
        fmt::format("{}{}'", member.value.is_table() ? "unknown table '" : "unknown key '",
                    member.key),
        hint);
  }
}

/// A table of the file that describes a node.
struct Found {
  const NodeKind* kind;
  const Member* member;
  Table table;
};

/// Adds the nodes under [KIND.*] to `found`.
void find_nodes(const Item& root, const NodeKind& kind, Reading& reading,
                std::vector<Found>& found) {
  const Member* nodes = root.find(kind.name);
  if (!nodes) return;
  if (!nodes->value.is_table()) {
    reading.problems.error(
        nodes->value.source,
        fmt::format("'{}' must be a table, not {}", kind.name, describe(nodes->value)),
        fmt::format("write [{}.NAME]", kind.name));
    return;
  }
  for (const auto& member : nodes->value.members) {
    const std::string path = kind.name + '.' + member.key;
    if (!is_good_id(member.key)) {
      reading.problems.error(
          member.source,
          fmt::format("'{}' cannot be the name of a node: use letters, digits, '_' and '-'",
                      member.key));
    }
    if (!member.value.is_table()) {
      reading.problems.error(
          member.value.source,
          fmt::format("'{}' must be a table, not {}", path, describe(member.value)),
          fmt::format("every {} has a name of its own: write [{}.NAME]", kind.name, kind.name));
      continue;
    }
    found.push_back({&kind, &member, {&member.value, member.source, path}});
  }
}

/// The nodes that a node reads, one or a list, with the place of each.
void read_inputs(const Table& table, Node& node) {
  const Member* member = node.kind->inputs.empty() ? nullptr : table.find(node.kind->inputs);
  if (!member) return;  // reported as a missing key
  const auto add = [&](const Item& item) {
    const std::string* id = item.text();
    if (id) node.inputs.push_back({*id, item.source});
    return id != nullptr;
  };
  if (!member->value.is_array()) {
    add(member->value);
    return;
  }
  const auto& items = member->value.items;
  node.listed = std::all_of(items.begin(), items.end(), add);
  if (!node.listed) node.inputs.clear();  // reported as a field
}

/// Notes who trains whom before anybody is read.
void note_trained(const Found& found, Reading& reading) {
  const Member* named = found.kind->trains ? found.table.find(found.kind->inputs) : nullptr;
  if (!named) return;
  for (const Item& item : named->value.items) {
    if (const std::string* id = item.text()) reading.trained_by.emplace(*id, found.member->key);
  }
}

void read_node(const Found& found, PipelineSpec& spec, Reading& reading) {
  const NodeKind& kind = *found.kind;
  Node& node = kind.read
                   ? kind.read(found.table, reading, spec)
                   : spec.others.emplace_back(read_table_node(kind.table(), found.table, reading));
  node.kind = &kind;
  node.id = found.member->key;
  node.source = found.member->source;
  if (const Member* join = found.table.find("join")) node.join_source = join->value.source;
  read_inputs(found.table, node);
}

}  // namespace

void read_header(const Item& root, PipelineSpec& spec, Reading& reading) {
  static const Item none;
  Table table{&none, Source{spec.file, 1, 1}, "pipeline"};
  if (const Member* member = root.find("pipeline")) {
    if (auto found = as_table(*member, "pipeline", reading.problems)) {
      table = *found;
      refuse_unknown_keys(table, pipeline_table().keys(), reading.problems);
    }
  }
  auto fields = pipeline_table().fields;
  for (auto& field : fields) {
    if (field.name == "name")
      field.default_value = std::filesystem::path(spec.file).stem().string();
  }
  const auto keys = pipeline_schema.parse(read_fields(table, fields, reading).values);
  spec.name = keys.name;
  reading.seed = spec.seed = static_cast<std::uint64_t>(keys.seed);
}

void read_pipeline(const Item& root, PipelineSpec& spec, Reading& reading) {
  refuse_unknown_tables(root, reading);
  read_header(root, spec, reading);
  std::vector<Found> found;
  for (const NodeKind* kind : node_kinds()) find_nodes(root, *kind, reading, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.table.source < b.table.source; });
  for (const auto& node : found) note_trained(node, reading);
  for (const auto& node : found) read_node(node, spec, reading);
}

}  // namespace glia::config
