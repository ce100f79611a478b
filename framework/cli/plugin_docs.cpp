// SPDX-License-Identifier: MIT
// Reference pages, written out of what each plugin declares.
#include "cli/command.hpp"
#include "cli/plugin_names.hpp"
#include "cli/plugin_text.hpp"
#include "config/field_text.hpp"
#include "core/files.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "plugin/example.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace glia::cli {
namespace {

int write_pages(const std::string& folder, const Session& session) {
  namespace fs = std::filesystem;
  const auto entries = plugin::load_plugins(session.plugin_path).all();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(ErrorCode::io, fmt::format("cannot make {}: {}", folder, error.message()));
  for (const auto* entry : entries) {
    require_own(fs::path(folder) / page_name(*entry), fmt::format("# {}\n", entry->descriptor->id),
                folder);
  }
  require_own(fs::path(folder) / "README.md", "# Plugins\n", folder);
  for (const auto* entry : entries) {
    write_file(fs::path(folder) / page_name(*entry), page_markdown(*entry));
  }
  write_file(fs::path(folder) / "README.md", index_markdown(entries));
  print("wrote %zu pages and %s/README.md\n", entries.size(), folder.c_str());
  return ok;
}

}  // namespace

std::string page_name(const CatalogEntry& entry) {
  return fmt::format("{}-{}.md", plugin::kind_key(entry.descriptor->kind), entry.descriptor->id);
}

std::string page_markdown(const CatalogEntry& entry) {
  const Descriptor& d = *entry.descriptor;
  const bool vowel = d.kind == PluginKind::encoder || d.kind == PluginKind::activation;
  const char* article = vowel ? "An " : "A ";
  std::string text = fmt::format("# {}\n\n{}\n\n{}{}, version {}.\n\n## Parameters\n\n", d.id,
                                 d.doc, article, kind_name(d.kind), entry.version);
  if (d.fields.empty()) {
    text += "None.\n";
  } else {
    text += "| name | type | default | legal | unit | what it does |\n|---|---|---|---|---|---|\n";
  }
  for (const auto& field : d.fields) {
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", field.name, kind_name(field.kind),
                        field.required ? "required" : '`' + to_text(field.default_value) + '`',
                        config::markdown_cell(config::legal_text(field)),
                        config::markdown_cell(field.unit), config::markdown_cell(field.doc));
  }
  if (!d.files.empty())
    text += fmt::format("\n## Files\n\n`glia data get {}` fetches them.\n\n", d.id);
  for (const auto& file : d.files)
    text += fmt::format("- `{}`, SHA-256 `{}`\n", file.name, file.sha256);
  return fmt::format("{}\n## Example\n\n```toml\n{}\n```\n", text, plugin::example_toml(d));
}

std::string index_markdown(const std::vector<const CatalogEntry*>& entries) {
  std::string text = "# Plugins\n\n| kind | id | |\n|---|---|---|\n";
  for (const auto* entry : entries) {
    text += fmt::format("| {} | [{}]({}) | {} |\n", kind_name(entry->descriptor->kind),
                        entry->descriptor->id, page_name(*entry),
                        config::markdown_cell(entry->descriptor->doc));
  }
  return text;
}

void add_plugin_docs(CLI::App& group, Session& session) {
  auto* command = group.add_subcommand("docs", "Reference pages of plugins, in Markdown");
  auto name = std::make_shared<std::string>(), folder = std::make_shared<std::string>();
  command->add_option("NAME", *name, "Print the page of this one");
  command->add_option("-o,--output", *folder, "Write the pages of all, and an index, into a folder")
      ->type_name("DIR");
  command->callback([&session, name, folder] {
    session.action = [&session, name, folder]() -> int {
      if (name->empty() == folder->empty()) {
        throw Error(ErrorCode::usage, "give either the NAME of a plugin, or -o DIR for all");
      }
      if (!folder->empty()) return write_pages(*folder, session);
      const auto text = page_markdown(find_plugin(*name, session));
      put(text);
      return ok;
    };
  });
}

}  // namespace glia::cli
