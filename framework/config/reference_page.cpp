// SPDX-License-Identifier: MIT
#include "config/reference_page.hpp"

#include "config/field_text.hpp"
#include "config/host_tables.hpp"
#include "config/node_kind.hpp"
#include "config/sweep_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace glia::config {
namespace {

std::string fields_table(const std::vector<FieldSpec>& fields,
                         const std::vector<std::string>& lists = {}) {
  if (fields.empty()) return "No settings of its own.\n";
  std::string text =
      "| key | type | default | legal | unit | what it does |\n|---|---|---|---|---|---|\n";
  for (const auto& field : fields) {
    const bool list = std::find(lists.begin(), lists.end(), field.name) != lists.end();
    text += fmt::format("| `{}` | {}{} | {} | {} | {} | {} |\n", field.name, kind_name(field.kind),
                        list ? " or list of texts" : "",
                        field.required ? "required" : '`' + to_text(field.default_value) + '`',
                        markdown_cell(legal_text(field)), markdown_cell(field.unit),
                        markdown_cell(field.doc));
  }
  return text;
}

/// Each kind once, where it is met first: two tables may choose of one.
std::string choices_of(const std::string& kind, std::set<std::string>& told) {
  if (!told.insert(kind).second) return {};
  std::string text;
  for (const Declared* choice : declared(kind)) {
    text += fmt::format("\n### {} `{}`\n\n{}\n\n{}", kind, choice->name, choice->doc,
                        fields_table(choice->fields));
  }
  return text;
}

std::string section(const HostTable& table, const std::string& heading,
                    std::set<std::string>& told) {
  std::string text = fmt::format("\n## {}\n\n{}\n\n{}", heading, table.doc,
                                 fields_table(table.fields, table.lists));
  for (const auto& inner : table.sections) {
    text += fmt::format("\nBesides these, `{}`: {}\n", inner.name, inner.doc);
  }
  for (const auto& selection : table.selections) text += choices_of(selection, told);
  return text;
}

/// How a table within a node's is written.
std::string heading_of(const HostTable& table) {
  for (const NodeKind* kind : node_kinds()) {
    for (const Section& inner : kind->table().sections) {
      if (inner.holds != Section::Holds::tables || &inner.table() != &table) continue;
      return fmt::format("`{} = [{{ ... }}, ...]`, each", inner.name);
    }
  }
  return table.key.empty() ? fmt::format("`{} = {{ ... }}`", table.name)
                           : fmt::format("`{} = {{ ... }}` ({})", table.key, table.name);
}

/// [sweep] with what samplers and launchers add.
std::string sweep_sections(std::set<std::string>& told) {
  HostTable sweep = sweep_table();
  sweep.fields = sweep_host_fields();
  std::string text = section(sweep, "`[sweep]`", told) + choices_of("sampler", told) +
                     section(stopping_table(), "`[sweep.early_stopping]`", told) +
                     section(keep_table(), "`[sweep.keep]`", told);
  for (const auto& table : launcher_tables()) {
    text += section(table, fmt::format("`[{}]`", table.name), told);
  }
  return text;
}

}  // namespace

std::string reference_page() {
  std::set<std::string> told;
  std::string text =
      "# Every key of a pipeline file\n\nWritten by `glia schema --reference` out of what the "
      "program declares; the parameters of plugins are\non pages of their own (`glia plugin "
      "docs`). A key that is not given has its default.\n" +
      section(pipeline_table(), "`[pipeline]`", told);
  for (const NodeKind* kind : node_kinds()) {
    const HostTable& table = kind->table();
    text += section(table, fmt::format("`[{}.ID]`", kind->name), told);
    const auto steps = std::any_of(table.sections.begin(), table.sections.end(),
                                   [](const auto& s) { return s.holds == Section::Holds::steps; });
    if (steps) text += section(step_table(), "Steps of a pattern", told);
  }
  for (const HostTable* table : section_tables()) {
    text += section(*table, heading_of(*table), told);
  }
  return text + sweep_sections(told);
}

}  // namespace glia::config
