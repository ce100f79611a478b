// SPDX-License-Identifier: MIT
#include "cli/plugin_text.hpp"

#include "config/field_text.hpp"
#include "plugin/example.hpp"
#include "plugin/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace glia::cli {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string indented(const std::string& text, const std::string& margin) {
  std::string out = margin;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

/// The last column is not padded.
std::string table(const std::vector<std::array<std::string, 5>>& rows) {
  std::array<std::size_t, 5> width{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += padded(row[i], width[i]) + "  ";
    text += row.back() + '\n';
  }
  return text;
}

std::string field_text(const FieldSpec& field) {
  std::string text = kind_name(field.kind);
  const char* before = ", one of ";
  for (const auto& choice : field.choices) {
    text += before + to_text(Value(choice));
    before = ", ";
  }
  if (const auto range = config::range_text(field); !range.empty()) text += ", " + range;
  if (!field.unit.empty()) text += ", in " + field.unit;
  return text + (field.required ? "; required" : "; default " + to_text(field.default_value));
}

std::string plugin_text(const CatalogEntry& entry) {
  const Descriptor& d = *entry.descriptor;
  std::string text = fmt::format("{} '{}', version {}\n{}\n\nfile         {}\nfingerprint  {}\n\n",
                                 kind_name(d.kind), d.id, entry.version, d.doc, entry.file,
                                 plugin::host_fingerprint_symbol());
  text += d.fields.empty() ? "no parameters\n" : "parameters\n";
  std::size_t width = 0;
  for (const auto& field : d.fields) width = std::max(width, field.name.size());
  for (const auto& field : d.fields) {
    text += fmt::format("  {}  {}\n", padded(field.name, width), field_text(field));
    if (!field.doc.empty()) text += std::string(width + 4, ' ') + field.doc + '\n';
  }
  if (!d.files.empty()) text += "\nfiles of the data set\n";
  for (const auto& file : d.files) text += fmt::format("  {}\n", file.name);
  return fmt::format("{}\nexample\n{}\n", text, indented(plugin::example_toml(d), "  "));
}

}  // namespace

std::string list_text(const plugin::Registry& registry) {
  std::vector<std::array<std::string, 5>> rows{{"KIND", "ID", "VERSION", "DOC", "FILE"}};
  for (const auto* entry : registry.all()) {
    const Descriptor& d = *entry->descriptor;
    rows.push_back({kind_name(d.kind), d.id, entry->version, d.doc, entry->file});
  }
  std::string text =
      rows.size() > 1 ? table(rows) : fmt::format("no plugins\n{}\n", registry.search_report());
  if (rows.size() > 1 && !registry.refusals().empty()) text += "\nrefused:\n";
  if (rows.size() == 1 && !registry.refusals().empty()) text += "\n";
  for (const auto& refused : registry.refusals()) {
    text += refused.file + '\n' + indented(refused.reason, "  ") + '\n';
    if (!refused.hint.empty()) text += fmt::format("  hint: {}\n", refused.hint);
  }
  return text;
}

std::string inspect_text(const std::vector<const CatalogEntry*>& entries) {
  std::string text;
  for (const auto* entry : entries) text += (text.empty() ? "" : "\n\n") + plugin_text(*entry);
  return text;
}

}  // namespace glia::cli
